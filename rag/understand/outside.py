"""Questions that no library of law can answer: a company's own rules, the future, other countries, other subjects."""

from __future__ import annotations

import re
from datetime import date

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "未来",
        re.compile(
            r"(?:明年|后年|以后|将来|未来|今后|下一步).{0,14}(?:会不会|会.{0,6}吗|能.{0,4}吗|是不是要|要不要|改成|变成|延长到|增加到)|(?:会不会|什么时候会|啥时候能?).{0,12}(?:改|延长|取消|涨|出台|增加|落地)|预测|下一版|要改成多少|有没有可能.{0,10}(?:延长|改|涨)"
        ),
    ),
    (
        "外国",
        re.compile(
            r"美国|日本|韩国|马来西亚|菲律宾|新西兰|西班牙|意大利|印尼|缅甸|柬埔寨|朝鲜|迪拜|欧洲|海外|英国|德国|法国|加拿大|澳大利亚|澳洲|新加坡|越南|泰国|俄罗斯|瑞典|挪威|印度|国外|欧盟|香港|澳门|台湾|香港特别行政区"
        ),
    ),
    (
        "单位",
        re.compile(
            r"(?:我们?|本|咱们?)(?:公司|单位|厂|厂里|店).{0,10}(?:年终奖|奖金|餐补|饭补|车补|话补|房补|绩效|食堂|班车|停车|报销|门禁|WIFI|wifi|密码|几点(?:上班|下班)|哪天发工资|几号发|发多少|团建|工牌|"
            r"内部(?:规定|制度)|规章(?:制度)?(?:里|是怎么|怎么写|规定)|员工手册(?:里|怎么|第)|返岗奖|申请单|红包|全勤奖|OA)|(?:领导|老板|主管|经理)(?:叫什么|电话|是谁)|"
            r"OA.{0,4}(?:菜单|里填|怎么填)|哪个菜单"
        ),
    ),
    (
        "看病",
        re.compile(
            r"^(?!.*(?:假|协议|补偿|岗|作业|工作|上班|劳动|职工|检查|单位|公司|厂|工资|辞|调岗|夜班|加班|报销|津贴|合同)).*(?:见红|胎动|唐筛|孕吐|月子餐|断奶|涨奶|堵奶|疫苗|宝宝.{0,4}(?:发烧|咳|拉肚子)|偏方|验孕棒(?:怎么|准)|备孕|排卵|B超.{0,6}(?:看|结果)|出血怎么)|(?:药|布洛芬|头孢|阿莫西林|感冒灵|退烧|叶酸).{0,12}(?:能吃|可以吃|吃吗|服用|几片|几粒|剂量|怎么吃)|能吃.{0,6}药|吃什么药|什么症状|怎么治|开什么药"
        ),
    ),
    (
        "无关",
        re.compile(
            r"期货|信用卡|网贷|房贷|车险|车险理赔|彩礼|相亲对象|宠物|养猫|狗粮|淘宝|明星|世界杯|新闻联播|面膜|整容|电脑坏|手机(?:坏|卡|哪)|微信封|写作业|家庭作业|古诗|(?:作|来)一?首|讲个?(?:笑话|故事)|唱歌|外星|股票|股能不能|大盘|涨停|(?:公募|私募|两只|买|推荐.{0,4})基金|彩票|炒股|比特币|天气|菜谱|怎么做(?:菜|饭|蛋糕)|好吃|电影|电视剧|歌词|写.{0,14}(?:诗|歌词|小说|代码|程序|作文|情书)|python|java|游戏|足球|篮球|比赛结果|翻译|数学题|解方程|星座|算命|风水|"
            r"旅游攻略|机票|酒店预订|减肥|化妆|护肤|发型|买什么|推荐.{0,6}(?:手机|电脑|车|奶粉|餐厅)|(?<!喂)(?<!吃)奶粉|尿不湿|谁会赢|房价|贷款利率|考研|胎教|物业费|驾照|签证|菜谱|粥.{0,4}(?:熬|煮)|咋熬|怎么熬|怎么炖|煲汤|取名|起名"
        ),
    ),
)
ADVICE = {
    "未来": "以后会不会改、什么时候改，本库不知道，也不猜。请看当地人大、政府和人社局的正式公布，或问12333。",
    "外国": "本库只收中国内地的规定，没有这些国家或地区的资料。请看当地劳动部门的官方网站；人在境外可问中国使领馆（12308）。",
    "单位": "这是单位自己的安排，本库没有。请看劳动合同、员工手册和公示的制度，或问人事和本单位工会；和法律规定有出入时再来问我，或打12351。",
    "看病": "用药和看病请问医生或药师，孕期更不要自己吃药；急症打120。本库只有劳动权益和工会工作的资料。",
    "无关": "这个问题不在女职工权益和工会工作的范围里，本库没有可以引用的资料。",
}


_YEAR = re.compile(r"(20\d\d)年")
_CLAUSE = re.compile(r"[?？。!！;；]+|(?:另外|还有|顺便|以及|再问(?:一?下|问)?)")
_ASKS = re.compile(r"多少|几|什么|啥|哪|怎么|咋|谁|[吗么呢]|能不能|可以|要不要|有没有|多久|行不行")
# A clause that leans on what stands before it.
_LEANS = re.compile(r"^(?:那|这|它|她|他|要是|如果|然后|同|其|后来)|[她他它这那]")
_LEAST = 8


def reason(text: str, today: date | None = None) -> str:
    """Return why a question is outside (a key of `ADVICE`), empty where it is not."""
    year = (today or date.today()).year
    if any(int(y) > year for y in _YEAR.findall(text)) and not re.search(
        r"退休|养老|出生|生日|届满|到期|社保|缴|够岁数", text
    ):
        return "未来"
    for name, pattern in _RULES:
        if pattern.search(text):
            return name
    return ""


def clauses(text: str) -> list[str]:
    """The clauses of a question, each of which may ask for something of its own."""
    return [clause for part in _CLAUSE.split(text) if (clause := part.strip(" ,，"))]


def stands_alone(clause: str) -> bool:
    """Whether a clause asks something and does not lean on the others."""
    return len(clause) >= _LEAST and bool(_ASKS.search(clause)) and not _LEANS.search(clause)


def split(text: str, today: date | None = None) -> tuple[str, str]:
    """Part a question that asks two things, one of them outside.

    Returns (what is inside, why the rest is outside); (text, "") where nothing is outside, ("", reason) where all of it is.
    """
    why = reason(text, today)
    if not why:
        return text, ""
    inside = [clause for clause in clauses(text) if len(clause) >= 4 and not reason(clause, today)]
    return "，".join(inside), why
