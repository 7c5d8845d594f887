"""The Chinese words of 查政策."""

from __future__ import annotations

from documents.model import Check

# Raise it when the reader's pages are written otherwise from the same documents.
VERSION = "1"

TAB_LIST, TAB_PROVINCES, TAB_PAIR = "文件", "各省假期", "两省对照"

SEARCH = "找什么"
SEARCH_HINT = "题名或全文里的字，例如：哺乳时间"
FIND = "查找"
TOPIC, LEVEL, PLACE, STANDING, YEAR = "主题", "效力级别", "适用地区", "现在有效吗", "计划的年份"
ALL = "全部"
RESET = "清除条件"
COUNT = "共 {total} 份文件"
COUNT_FOUND = "找到 {total} 份文件"
PAGES = "第 {page} 页，共 {pages} 页"
NOTHING = "没有找到。少选一个条件，或换个说法再查，例如把「喂奶」换成「哺乳」。"
PREVIOUS, NEXT = "上一页", "下一页"
PAGING = "翻页"
ON_TOPIC = "与「{topic}」有关"
ELLIPSIS = "……"

UNREGISTERED = "没有单独登记核对情况"
CHECKS = {
    Check.COMPARED: "已对照条文",
    Check.TWO_SOURCES: "两份材料一致、未对照条文",
    Check.WEAK: "未核实：仅一份材料或有冲突，数字不能当准",
}
SHORT_CHECKS = {
    Check.COMPARED: "已对照条文",
    Check.TWO_SOURCES: "两份材料一致",
    Check.WEAK: "未核实",
}
PROVISIONS = "{count}条"
COMPILED_ON = "本库整理，不是官方文件；整理日期{day}"
COMPILED = "本库整理，不是官方文件"
ENDED_ON = "已失效（{day}起）"
COMING_ON = "尚未施行（{day}起施行）"
UNKNOWN_FORCE = "有没有效，没有核实"
PLAN_LABEL = "工作安排，不是法定权利：写的是打算做什么、做了什么，不能拿它要求单位。"
REPLACED = "被谁替代"
NOTE = "备注"
GUESSED = "据文件推断"
OFFICIAL = "官方文本"
FIELDS = {
    "title": "题名",
    "kind": "文本",
    "level": "级别",
    "region": "地区",
    "issuer": "发布单位",
    "number": "文号",
    "published": "公布日期",
    "effective": "施行日期",
    "ended": "失效日期",
    "year": "年份",
}

NAVIGATION, CONTENTS, BESIDE = "网站导航", "目录", "前后的文件"
SKIP = "跳到正文"
COPY, COPIED = "复制本条链接", "已复制链接"
ASK_LINK = "问关于这一条的问题"
ASK_ABOUT = "《{title}》{article}是什么意思？"
EARLIER, LATER = "上一条", "下一条"
BEFORE, AFTER = "上一份", "下一份"
FILE_PAGE = "文件第{page}页"
CHECKED_AGAINST = "核对来源："
TO_LIBRARY = "到查政策里找"
MISSING = "没有这份文件"
MISSING_MORE = "这个地址没有对应的文件，可能改了名字，或者已经移出本库。请到查政策里按题名找。"
BROKEN = "这份文件暂时打不开"
BROKEN_MORE = "不是你的问题。请过一会儿再试，或到查政策里找别的文件。"

KIND_LABEL = "看哪一种假"
TABLE_INTRO = (
    "按今天（{day}）有效的规定，和「问一问」的算法相同。产假延长、护理假一般要按规定生育才有；"
    "每个数字点开是出处，点「条件」看完整的说法。标「未核实」的没有结论，请问12333或工会。"
)
PROVINCE = "省份"
SORT = "按{name}排序"
CONDITIONS, MORE_CONDITIONS = "条件", "另有条件"
NONE_FOUND = "没有查到"
UNCHECKED, PARTLY = "未核实", "另有部分未核实"
CLAIMED = "材料写{days}天，不能当准"
CLAIMED_MORE = "另{days}天未核实"
AND_MORE = "{shown}起"
EVERY_YEAR = "孩子满{below}周岁前，每人每年"
CONSENT, ENCOURAGED = "要单位批准", "鼓励，不强制"
NATION = "国家"
THIRD = "三孩"
WORKDAYS = "工作日"
IN_WORKDAYS = "{place}加的{days}天按工作日算"
CHART = "{name}：各省天数"
TO_TABLE = "到可以排序的表格"
CHART_NOTE = "条的长短是天数，分两段的，前一段是国家的，后一段是本省加的。实心：已对照条文；浅色带边：两份材料一致、未对照条文；斜纹：未核实，不能当准。"
CHART_UNKNOWN = "没有条的省份，本库没有可靠的天数。"
FIRST, SECOND = "第一个省份", "第二个省份"
PAIR_INTRO = "两省的每一种假和规则并排看；不同的行有标记。说法和「问一问」的回答相同，出处在下面。"
DIFFERENT, ALIKE = "不同", "相同"
PICK_TWO = "请选两个不同的省份。"
SOURCES = "出处"
UNSURE = "请以12333或工会的答复为准。"
COLUMN_CAPTION = "31个省、自治区、直辖市的假期"
SCROLL = "表格可以左右滑动"
