"""What the tests of pages ask of a page finds what only one look of it has."""

import pytest

from tests.browser import readable

PAGE = """<html lang="en"><title>One</title><style>@media {media} {{ p {{ {style} }} }}</style>
    <main><h1>One</h1><p>Two</p><img hidden src="data:,"></main></html>"""


@pytest.mark.parametrize(
    ("media", "style", "said"),
    [
        ("(prefers-color-scheme: light)", "color: #ccc", "-1280.*color-contrast"),
        ("(prefers-color-scheme: dark)", "color: #ccc", "-360.*color-contrast"),
        ("(max-width: 400px)", "width: 500px", "-360 is wider"),
        ("(max-width: 400px)", "} img { display: block", "-360.*image-alt"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_fault_of_one_look_is_found(browse, media, style, said):
    page = browse()
    page.set_content(PAGE.format(media=media, style=""))
    readable(page)
    page.set_content(PAGE.format(media=media, style=style))
    with pytest.raises(AssertionError, match=f"(?s){said}"):
        readable(page)


@pytest.mark.parametrize("text", ['<p class="pale">2</p>', '<p class="pale marked">Two</p>'])
@pytest.mark.django_db(transaction=True)
def test_the_colour_of_a_single_letter_and_of_one_with_an_ornament_is_judged(browse, text):
    page = browse()
    style = """.pale { color: #ccc } .marked { position: relative }
        .marked::before { content: ""; position: absolute; inset: 0; background: #fff; z-index: -1 }"""
    page.set_content(f"<html lang='en'><title>One</title><style>{style}</style><main><h1>One</h1>{text}</main></html>")
    with pytest.raises(AssertionError, match="color-contrast"):
        readable(page)
