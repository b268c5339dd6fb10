"""Strategies for records with any text in any field."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.records import Alternative, Answer, ArticleSummary, Citation, Collection, FileOutcome, Quote, Related
from ui.web.chat.conversation import Source, Turn
from ui.web.chat.scope import Scope

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "[link](javascript:alert(1)) **bold** `code`",
        "&amp; &lt;b&gt; &#60;",
        "<!-- -->",
        "</p></section></article>",
        "\u202eevil\u202c \u2066x\u2069",
        "a\r\nb\rc\n\n\n d",
        "${alert(1)} {{value}}",
        "نص عربي 👩‍👩‍👧 e\u0301",
        "]]> <![CDATA[ <?xml ?> <!DOCTYPE x>",
    ]
)
TEXT = st.one_of(HOSTILE, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
SOLID = TEXT.filter(lambda text: text != "")
SHARE = st.floats(0, 1)
OFFSET = st.integers(0, 10**9)
IDS = st.text("0123456789abcdef", min_size=16, max_size=16)


@st.composite
def citations(draw: st.DrawFn, stance: str | None = None) -> Citation:
    """A citation whose span lies inside its quote."""
    before, text, after = draw(TEXT), draw(SOLID), draw(TEXT)
    start = draw(OFFSET)
    quote = Quote(start, start + len(before + text + after), before + text + after)
    return Citation(
        draw(st.one_of(IDS, TEXT)),
        draw(TEXT),
        draw(TEXT),
        draw(st.none() | st.integers(1, 999)),
        start + len(before),
        start + len(before + text),
        text,
        quote,
        draw(SHARE),
        stance or draw(st.sampled_from(["supports", "differs"])),  # type: ignore[arg-type]
        draw(st.none() | TEXT),
    )


RELATED = st.builds(Related, IDS, OFFSET, OFFSET, TEXT)
ALTERNATIVES = st.builds(Alternative, TEXT, SHARE, st.lists(citations(), max_size=2).map(tuple))
SINGLE_ANSWERS = st.one_of(
    st.builds(
        Answer,
        TEXT,
        TEXT,
        st.just(True),
        SOLID,
        SHARE,
        st.lists(citations(), min_size=1, max_size=3).map(tuple),
        st.lists(ALTERNATIVES, max_size=2).map(tuple),
        shape=st.sampled_from(["span", "clause", "list", "evidence", "overview"]),
    ),
    st.builds(
        Answer,
        TEXT,
        TEXT,
        st.just(False),
        st.none(),
        SHARE,
        related=st.lists(RELATED, max_size=3).map(tuple),
        reason=st.none() | TEXT,
        shape=st.sampled_from(["span", "help"]),
        reason_kind=st.sampled_from([None, "absent", "ambiguous"]),
    ),
)
ANSWERS = st.one_of(
    SINGLE_ANSWERS,
    st.builds(
        Answer,
        TEXT,
        TEXT,
        st.just(True),
        SOLID,
        SHARE,
        st.lists(citations(), max_size=3).map(tuple),
        shape=st.just("parts"),
        parts=st.lists(SINGLE_ANSWERS, min_size=1, max_size=3).map(tuple),
    ),
)
SOURCES = st.builds(Source, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT)


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    """A turn that was answered, abstained, failed or is still waiting."""
    answer = draw(st.none() | ANSWERS)
    cited = [c.article_id for c in answer.citations] if answer else []
    sources = {article_id: draw(SOURCES) for article_id in cited if draw(st.booleans())}
    error = draw(TEXT) if answer is None and draw(st.booleans()) else None
    verdict = draw(st.sampled_from([None, "right", "wrong"]))
    saved = draw(st.none() | TEXT)
    suggestions = draw(st.lists(SOLID, max_size=2).map(tuple))
    scope = draw(st.none() | SOLID)
    return Turn(draw(TEXT), answer, sources, error, suggestions, verdict, saved, draw(IDS), scope)  # type: ignore[arg-type]


DAYS = st.none() | st.dates().map(str)
SCOPES = st.builds(Scope, st.lists(SOLID, max_size=3).map(tuple), st.lists(IDS, max_size=3).map(tuple), DAYS, DAYS)


SUMMARIES = st.builds(
    ArticleSummary,
    IDS,
    TEXT,
    TEXT,
    TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.integers(0, 10**7),
    st.integers(0, 10**5),
    TEXT,
    st.lists(SOLID, max_size=3).map(tuple),
)
COLLECTIONS = st.builds(Collection, SOLID, st.integers(0, 10**6), TEXT)
OUTCOMES = st.builds(
    FileOutcome,
    TEXT,
    st.sampled_from(["added", "updated", "unchanged", "duplicate", "failed"]),
    st.none() | IDS,
    st.none() | TEXT,
    st.integers(0, 999),
    TEXT,
)
