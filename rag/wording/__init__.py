"""wording: an optional language model words an answer anew, from the same evidence and under the same gate.

Public: `Endpoint`, `endpoint`, `consent_words`, `worded`. LangChain is imported only when a model is called.
"""

from rag.wording.endpoint import Endpoint, endpoint
from rag.wording.worded import consent_words, worded

__all__ = ["Endpoint", "consent_words", "endpoint", "worded"]
