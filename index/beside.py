"""What belongs to an encoder and lies in its folder: written with the encoder's digest, read only together with that encoder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import EncoderUnavailable

_MEND = "请重新取一份代码，或运行 python -m index train 重新训练。"


def write_facts(path: Path, encoder_digest: str, facts: Mapping[str, object]) -> None:
    """Write facts that fit in JSON, and whose they are."""
    path.write_text(json.dumps({"encoder": encoder_digest, **facts}, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def facts_of(path: Path, what: str, encoder_digest: str) -> Iterator[dict[str, Any]]:
    """Open facts; what is read from them and from the files beside them is read inside.

    Parameters: the file, what it is called in a message, the digest of the encoder at hand. Raises EncoderUnavailable where anything is
    missing or broken, or was made with another encoder.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["encoder"] != encoder_digest:
            raise EncoderUnavailable(f"「{path.parent}」里{what}和编码器不是一起训练的。{_MEND}")
        yield facts
    except EncoderUnavailable:
        raise
    except Exception as error:  # safetensors raises its own kind where a file is broken
        raise EncoderUnavailable(f"读不了{what}「{path.parent}」：{error}。{_MEND}") from error
