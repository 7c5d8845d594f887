"""What goes in and out of the API, with examples; pydantic checks it and FastAPI writes the OpenAPI description of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_QUESTION = 2_000
MOST_TURNS = 20


class Standing(StrEnum):
    """Whether a document is in force today."""

    VALID = "有效"
    ENDED = "已失效"
    COMING = "尚未施行"
    UNKNOWN = "没有核实"
    PLAN = "工作安排"


def _about(text: str, *examples: Any, forbid: bool = False) -> ConfigDict:
    """A model's description for people, which else would be its English docstring, and its examples."""
    extra: dict[str, Any] = {"description": text}
    if examples:
        extra["examples"] = list(examples)
    return ConfigDict(extra="forbid" if forbid else "ignore", json_schema_extra=extra)


class EarlierTurn(BaseModel):
    """One earlier message."""

    model_config = _about("前面的一条话", forbid=True)
    role: Literal["user", "assistant"] = Field(default="user", description="谁说的：user 是提问的人")
    content: str = Field(max_length=10_000, description="说了什么")


ASK_EXAMPLES: tuple[dict[str, Any], ...] = (
    {"question": "我在河南，产假多少天？"},
    {"question": "那二胎呢？", "history": [{"role": "user", "content": "我在江苏，产假多少天？"}]},
    {"question": "产假多少天？", "region": "江苏省苏州市", "as_of": "2026-11-21"},
    {"question": "哺乳期每天有多长时间喂奶？", "model": True, "agreed": True},
)


class Ask(BaseModel):
    """A question with what is known around it."""

    model_config = _about("一个问题，和已经知道的情况", *ASK_EXAMPLES, forbid=True)
    question: str = Field(max_length=LONGEST_QUESTION, description="问题，平常的话就行")
    history: list[str | EarlierTurn] = Field(default=[], max_length=MOST_TURNS, description="前面问过的话，早的在前")
    region: str | None = Field(default=None, max_length=60, description="所在地，如 江苏 或 苏州市；不写就从问题里看")
    as_of: str | None = Field(default=None, max_length=10, description="按哪一天有效的规定，如 2026-11-21；默认今天")
    model: bool = Field(default=False, strict=True, description="用这台服务器配置的语言模型改写回答")
    agreed: bool = Field(default=False, strict=True, description="提问的人看过说明，同意把文字发给模型")


class CitationOut(BaseModel):
    """What a statement rests on."""

    model_config = _about("一处引用；`quote` 逐字来自索引里的文本")
    document_id: str = Field(description="文件的 id")
    chunk_id: str = Field(description="索引里这一段的 id")
    title: str = Field(description="文件名")
    article: str = Field(description="第几条")
    part: str = Field(description="第几款第几项")
    quote: str = Field(description="引用的文字")
    level: str = Field(description="效力级别")
    region: str = Field(description="适用地区")
    kind: str = Field(description="原文，或要点转述")
    check: str | None = Field(description="转述的核对情况")
    in_force: bool | None = Field(description="在所问的日期是否有效；null 是没有核实")
    effective: str | None = Field(description="施行日期")
    url: str = Field(description="官方出处")
    page: int | None = Field(description="原件第几页")


class RetrievedOut(BaseModel):
    """What was looked at."""

    model_config = _about("查到过的一段")
    document_id: str = Field(description="文件的 id")
    chunk_id: str = Field(description="这一段的 id")
    title: str = Field(description="文件名")
    article: str = Field(description="第几条")
    score: float = Field(description="越大越相关")


class TableOut(BaseModel):
    """A table of an answer that compares."""

    model_config = _about("比较各地或各年的表；最后一列是引用的编号，如 [1]")
    columns: list[str] = Field(description="列名")
    rows: list[list[str]] = Field(description="各行")


class UnderstoodOut(BaseModel):
    """How a question was read."""

    model_config = _about("怎样理解这个问题；不含问题的原话")
    regions: list[str] = Field(description="地区，空的是不知道")
    as_of: str | None = Field(description="按哪一天；null 是问过去的规定")
    request: str = Field(description="问的是权利、工会计划，还是别的")
    topics: list[str] = Field(description="主题，可以用来查 /api/documents?topic=")
    leave: list[str] = Field(description="问到的假")
    noticed: list[str] = Field(description="读的时候注意到的，如隐去了什么、按哪里理解")


class ApprovedOut(BaseModel):
    """Who approved an answer, by role, and when."""

    model_config = _about("谁审定的（只有角色，没有姓名），哪一天")
    role: str = Field(description="审定人的角色，如 省总工会女职工部")
    date: str = Field(description="审定的日期")


class AnswerOut(BaseModel):
    """An answer: `answer` is the whole text, `conclusion` its first part, which alone carries the deciding facts."""

    model_config = _about("一个回答：`answer` 是全文，`conclusion` 是第一部分，决定性的事实都在里面")
    id: str = Field(description="这个回答的编号")
    status: str = Field(description="answered、partial、clarify、refused 或 hotline")
    verdict: str | None = Field(description="别人的说法对不对：支持、部分支持、不支持、没有依据；没有问这个是 null")
    conclusion: str = Field(description="结论")
    explanation: str = Field(description="语言模型写的解释；没有用模型就是空的")
    table: TableOut | None = Field(description="比较的表")
    basis: list[str] = Field(description="依据，和 citations 一一对应")
    steps: list[str] = Field(description="你可以这样做")
    notes: list[str] = Field(description="说明，要一起显示")
    answer: str = Field(description="给人看的全文")
    citations: list[CitationOut] = Field(description="引用")
    retrieved: list[RetrievedOut] = Field(description="查到过的")
    question: UnderstoodOut | None = Field(description="怎样理解问题")
    approved: ApprovedOut | None = Field(description="经人审定过的回答：谁、哪一天；没有就是 null")
    seconds: float = Field(description="用了几秒")


class DocumentOut(BaseModel):
    """A document of the library without its text."""

    model_config = _about("一份文件，不含条文")
    id: str = Field(description="编号")
    title: str = Field(description="文件名")
    kind: str = Field(description="原文，或要点转述")
    level: str = Field(description="效力级别")
    region: str = Field(description="适用地区")
    number: str = Field(description="文号")
    published: str | None = Field(description="公布日期")
    effective: str | None = Field(description="施行日期")
    ended: str | None = Field(description="失效日期")
    status: Standing = Field(description="今天的效力")
    year: int | None = Field(description="年份")
    replaced_by: str = Field(description="被哪份文件替代")
    url: str = Field(description="官方出处")
    note: str = Field(description="备注")
    inferred: list[str] = Field(description="据文件推断、没有核实的项")
    provisions: int = Field(description="有几条")
    label: str = Field(description="转述的文件要带着这一句；原文是空的")


class DocumentsOut(BaseModel):
    """A page of the library's list."""

    model_config = _about("一页文件")
    total: int = Field(description="一共几份符合")
    offset: int = Field(description="这一页从第几份起")
    documents: list[DocumentOut] = Field(description="这一页的文件")


class ProvisionOut(BaseModel):
    """One provision with its whole text."""

    model_config = _about("一条规定的全文")
    id: str = Field(description="编号")
    document_id: str = Field(description="文件的编号")
    title: str = Field(description="文件名")
    article: str = Field(description="第几条")
    headings: list[str] = Field(description="在哪一章哪一节")
    text: str = Field(description="全文")
    kind: str = Field(description="原文，或要点转述")
    level: str = Field(description="效力级别")
    region: str = Field(description="适用地区")
    check: str | None = Field(description="转述的核对情况")
    source: str = Field(description="据哪里转述")
    page: int | None = Field(description="原件第几页")
    label: str = Field(description="转述的文本要带着这一句；原文是空的")


class WholeDocumentOut(DocumentOut):
    """A document with its provisions."""

    model_config = _about("一份文件和它的全部条文")
    text: list[ProvisionOut] = Field(description="全部条文")


class RegionOut(BaseModel):
    """A province with how many documents are its own."""

    model_config = _about("一个省级地区；「全国」是国家的文件")
    name: str = Field(description="全名")
    short: str = Field(description="简称")
    documents: int = Field(description="有几份自己的文件，含各市")


class RegionsOut(BaseModel):
    """All provinces."""

    model_config = _about("全部地区")
    regions: list[RegionOut] = Field(description="全国在前")


class Problem(BaseModel):
    """An error, as RFC 9457 (problem+json) has it; `detail` is a Chinese sentence for people."""

    model_config = _about("一个错误（RFC 9457）")
    type: str = Field(default="about:blank", description="总是 about:blank")
    title: str = Field(description="哪一种错误")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="给人看的一句话：哪里不对、怎么办")
    request_id: str | None = Field(
        default=None, description="这次请求的编号，和回应头 X-Request-ID 一样；找管理员时报给他"
    )
    consent: str | None = Field(default=None, description="要用模型而没有同意时：要给提问的人看的说明")
