"""The model's endpoint: where it is, read from the environment, and its words as they stream in."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ModelFailed, ModelNotConfigured

BASE_URL, MODEL, API_KEY = "NIANGJIA_LLM_BASE_URL", "NIANGJIA_LLM_MODEL", "NIANGJIA_LLM_API_KEY"
# The whole wording must be there within so many seconds, and is not read beyond so many characters.
SECONDS = 60.0
MOST_CHARACTERS = 4000
MOST_TOKENS = 1500
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint; the key never shows in its text form.

    `seconds` limits the whole answer of the model, from the first byte sent to the last received.
    """

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = SECONDS

    @property
    def host(self) -> str:
        """Where the text goes, as people are told it: host and port, and that it is this machine where it is."""
        parts = urlsplit(self.base_url)
        return (
            f"{parts.netloc.rpartition('@')[2]}（本机）" if parts.hostname in LOCAL else parts.netloc.rpartition("@")[2]
        )

    def stream(self, messages: list[tuple[str, str]]) -> Iterator[str]:
        """Send (role, text) messages and yield the model's words as they come.

        Raises ModelFailed on any error, after `seconds`, or past MOST_CHARACTERS. The request runs in a thread with an event
        loop of its own: only so can it be ended at the time limit even when the server sends bytes that are no words.
        """
        pieces: queue.Queue[str | ModelFailed | None] = queue.Queue()
        stop = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._pump(messages, pieces, stop)), daemon=True).start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, ModelFailed):
                    raise piece
                yield piece
        finally:
            stop.set()

    async def _pump(
        self, messages: list[tuple[str, str]], pieces: queue.Queue[str | ModelFailed | None], stop: threading.Event
    ) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                await self._receive(messages, pieces, stop)
            pieces.put(None)
        except ModelFailed as failed:
            pieces.put(failed)
        except TimeoutError:
            pieces.put(ModelFailed(f"模型{self.seconds:g}秒内没有答完"))
        except Exception as error:
            # Whatever a server or a library does, the answer without a model is given. The text of the error may hold what
            # was sent, so only its kind is told.
            pieces.put(ModelFailed(_reason(error)))

    async def _receive(
        self, messages: list[tuple[str, str]], pieces: queue.Queue[str | ModelFailed | None], stop: threading.Event
    ) -> None:
        try:
            from langchain_openai import ChatOpenAI
            from langsmith import tracing_context
            from openai import DefaultAsyncHttpxClient
            from pydantic import SecretStr
        except ImportError:
            raise ModelNotConfigured(
                "没有装语言模型的接口。请在项目文件夹里运行 python -m pip install -e '.[llm]'。"
            ) from None
        # no redirects: the text goes where the asker was told, nowhere else; no tracing for the same reason
        async with DefaultAsyncHttpxClient(follow_redirects=False, timeout=self.seconds) as client:
            options: dict[str, Any] = {
                "max_tokens": MOST_TOKENS,
                "stream_usage": False,
                "use_responses_api": False,
                "cache": False,
            }
            model = ChatOpenAI(
                model=self.model,
                base_url=self.base_url,
                api_key=SecretStr(self.key or "none"),
                temperature=0,
                timeout=self.seconds,
                max_retries=0,
                http_async_client=client,
                **options,
            )
            received, finished = 0, ""
            with tracing_context(enabled=False):
                async for chunk in model.astream(messages):
                    if stop.is_set():
                        return
                    words = str(chunk.text)
                    received += len(words)
                    if received > MOST_CHARACTERS:
                        raise ModelFailed(f"模型的回答超过{MOST_CHARACTERS}字")
                    finished = str(chunk.response_metadata.get("finish_reason") or finished)
                    if words:
                        pieces.put(words)
            if not finished:
                raise ModelFailed("模型的回答没有结束就断了")


def endpoint(environment: Mapping[str, str] = os.environ) -> Endpoint | None:
    """Read the endpoint from the environment; None where none is configured.

    Raises ModelNotConfigured where it is configured by half, or the address is none.
    """
    base_url, model = environment.get(BASE_URL, "").strip(), environment.get(MODEL, "").strip()
    if not base_url and not model:
        return None
    if not base_url or not model:
        raise ModelNotConfigured(
            f"语言模型没有配齐：{BASE_URL} 和 {MODEL} 都要设，现在缺{MODEL if base_url else BASE_URL}。"
        )
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelNotConfigured(f"{BASE_URL} 不是网址，应为 http://127.0.0.1:8000/v1 这样。")
    return Endpoint(base_url, model, environment.get(API_KEY, "").strip())


def _reason(error: Exception) -> str:
    """Say in Chinese what kind of failure it was, without the error's own text."""
    status = getattr(error, "status_code", None)
    if status == 429:
        return "模型服务说请求太多（429）"
    if status in (401, 403):
        return f"模型服务不接受密钥（{status}）"
    if isinstance(status, int):
        return f"模型服务出错（{status}）"
    name = type(error).__name__
    if "Timeout" in name:
        return "模型服务没有按时回应"
    if "Connect" in name or "Protocol" in name or "Read" in name:
        return "连不上模型服务，或连接中断"
    return f"模型服务的回应读不懂（{name}）"
