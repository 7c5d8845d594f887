"""微信公众号接「娘家人」的最小例子：核对签名，读文本消息，问 /api/ask，被动回复结论和链接。只用标准库。

运行（先在另一个终端运行 python -m ui）：
    WECHAT_TOKEN=公众平台里填的令牌 python docs/examples/wechat.py --port 8080

什么都不保存：openid 只用来把回复送回去，不写文件，不写日志；问题也不写日志。
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LONGEST_REPLY = 2048  # 微信被动回复的文本最多这么多字节（UTF-8）
SECONDS = 4.0  # 微信等 5 秒，留 1 秒给路上
MOST_BYTES = 64 * 1024
FRESH = 300  # 秒；更旧的请求当作重放，不理
SORRY = "现在问的人多，请过一会儿再问一次。遇到危险请直接打 110；妇女维权热线 12338，工会 12351，法律援助 12348。"
HELLO = "您好，我是「娘家人」，回答女职工权益的问题，句句有出处。请直接说遇到的事，例如：我在河南，产假多少天？请不要写姓名和身份证号。"
ONLY_TEXT = "现在只看得懂文字。请用一两句话说说遇到的事。"


def signed(token: str, query: dict[str, str], now: float) -> bool:
    """核对微信的签名：token、timestamp、nonce 排序后连起来的 SHA-1；太旧的不认。"""
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > FRESH:
        return False
    wanted = hashlib.sha1("".join(sorted((token, stamp, nonce))).encode()).hexdigest()
    return hmac.compare_digest(wanted, query.get("signature", ""))


def read_message(body: bytes) -> dict[str, str]:
    """读消息的各个字段；带 DOCTYPE 的 XML 不读（防实体炸弹）。出错时抛 ValueError。"""
    if b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper():
        raise ValueError("消息里不该有 DOCTYPE")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError("不是 XML") from error
    return {child.tag: child.text or "" for child in root}


def ask(api: str, question: str) -> dict[str, object]:
    """问 /api/ask，返回回答；不行就抛 OSError 或 ValueError。"""
    body = json.dumps({"question": question[:2000]}).encode()
    request = urllib.request.Request(f"{api}/api/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        row: dict[str, object] = json.loads(answer.read())
    return row


def reply_text(row: dict[str, object], page: str) -> str:
    """结论、第一步、说明和链接，不超过 2048 字节；说明和链接一定在。"""
    steps, notes = row["steps"], row["notes"]
    assert isinstance(steps, list)
    assert isinstance(notes, list)
    end = f"\n\n依据和全文：{page}" if page else ""
    if notes:
        end = f"\n\n{'；'.join(map(str, notes))}。{end}"
    said = str(row["conclusion"]) + (f"\n\n你可以：{steps[0]}" if steps else "")
    return cut(said, LONGEST_REPLY - len(end.encode())) + end


def cut(text: str, size: int) -> str:
    """截到若干字节以内，不截断汉字，截了就加省略号。"""
    if len(text.encode()) <= size:
        return text
    return text.encode()[: max(size - len("……".encode()), 0)].decode("utf-8", "ignore") + "……"


def reply_xml(message: dict[str, str], text: str, now: float) -> bytes:
    """写被动回复；发件人和收件人对调。ElementTree 会转义，不用手拼 CDATA。"""
    root = ElementTree.Element("xml")
    fields = {
        "ToUserName": message.get("FromUserName", ""),
        "FromUserName": message.get("ToUserName", ""),
        "CreateTime": str(int(now)),
        "MsgType": "text",
        "Content": text,
    }
    for name, value in fields.items():
        ElementTree.SubElement(root, name).text = value
    return ElementTree.tostring(root, encoding="utf-8")


def answer(message: dict[str, str], api: str, page: str) -> str:
    """给一条消息写回复的文字。"""
    if message.get("MsgType") == "event":
        return HELLO
    if message.get("MsgType") != "text" or not message.get("Content", "").strip():
        return ONLY_TEXT
    try:
        return reply_text(ask(api, message["Content"]), page)
    except (OSError, ValueError, KeyError, AssertionError):  # 超时、问得太快、服务停了：都给电话
        return SORRY


class Handler(BaseHTTPRequestHandler):
    """回答微信的两种请求：GET 验证网址，POST 收消息。"""

    token, api, page = "", "", ""

    def do_GET(self) -> None:
        """把 echostr 原样送回，微信就知道网址是你的。"""
        query = self._query()
        fine = signed(self.token, query, time.time())
        self._send(200 if fine else 403, query.get("echostr", "").encode() if fine else b"", "text/plain")

    def do_POST(self) -> None:
        """收一条消息，回一条。"""
        size = self.headers.get("Content-Length", "")
        if not signed(self.token, self._query(), time.time()):
            return self._send(403, b"", "text/plain")
        if not size.isdecimal() or int(size) > MOST_BYTES:
            return self._send(413, b"", "text/plain")
        try:
            message = read_message(self.rfile.read(int(size)))
        except ValueError:
            return self._send(400, b"", "text/plain")
        return self._send(200, reply_xml(message, answer(message, self.api, self.page), time.time()), "application/xml")

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """不写日志：网址和正文里有 openid 和问题。"""


def main() -> int:
    """读参数，开始服务。"""
    parser = argparse.ArgumentParser(description="微信公众号接娘家人的例子")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--api", default="http://127.0.0.1:7860", help="娘家人的地址")
    parser.add_argument("--page", default="", help="写在回复里的网页地址，如 https://你的域名/")
    options = parser.parse_args()
    token = os.environ.get("WECHAT_TOKEN", "")
    if not token:
        print("请先设环境变量 WECHAT_TOKEN，和公众平台里填的令牌相同。", file=sys.stderr)
        return 2
    Handler.token, Handler.api, Handler.page = token, options.api.rstrip("/"), options.page
    with ThreadingHTTPServer(("127.0.0.1", options.port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
