"""An index of made-up plans for the tests of the comparison."""

from pathlib import Path

import pytest

from index import build, open_index
from rag import Assistant

PLANS = {
    "河南省总工会2025年女职工工作要点": """河南省总工会2025年女职工工作要点

一、普法宣传
（一）举办普法微视频大赛。一季度启动征集，评出一等奖10个。
（二）开展法律知识咨询。法律知识咨询全年目标服务女职工5万人次，惠及企业300家。
二、关爱服务
（三）爱心托管班。新建托管班120个，帮助职工子女6000人；但没有消防验收的场所不得开班。
（四）家风建设。开展相亲相爱家庭故事征集，办家风讲堂。
（五）母婴室。已建成母婴室700家。各单位可以新建母婴室。但不得占用消防通道。
（六）开展文化体育活动。发挥各单位的作用。举办有益身心的活动。
""",
    "山东省总工会2024年女职工工作总结": """山东省总工会2024年女职工工作总结

一、2024年主要工作
（一）普法宣传月。三月开展普法宣传，发放手册3万册。
（二）爱心托管班。新建托管班80个，服务职工子女4000人次。五年来，累计办托管班900个。
（三）两癌筛查。2022—2024年，组织3万名女职工参加两癌筛查，2024年筛查6600人。
二、2025年工作打算
（一）爱心托管班。争取新建托管班95个。
""",
    "南京市总工会2025年女职工工作要点": """南京市总工会2025年女职工工作要点

一、关爱服务
（一）婚恋服务。举办单身青年交友联谊活动20场。
（二）直播普法课堂，每月一次。
""",
}


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    for name, text in PLANS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build([folder], folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def plans(made_up: Path) -> Assistant:
    return Assistant(open_index(made_up))
