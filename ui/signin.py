"""Who is signed in: what a page's handlers ask before they do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

ACCOUNT = "niangjia.account"  # in the scope of a request: the name of who is signed in, put there by the guard alone
NOT_SIGNED_IN = "登录已经过期，或者还没有登录。请刷新页面，重新登录再做。"


def require(request: gr.Request) -> str:
    """Return the name of who is signed in. Raises gr.Error, a Chinese sentence for the page, where nobody is."""
    account = request.request.scope.get(ACCOUNT, "") if request.request else ""
    if not account:
        import gradio as gr

        raise gr.Error(NOT_SIGNED_IN, title="需要登录", print_exception=False)
    return str(account)
