"""What programs may send, checked before anything is done with it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag.records import Filters

Words = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=r"\S")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), Field(examples=["2025-08-16"])]
Count = Annotated[int, Field(ge=1, le=100, description="How many passages at most.")]
Offset = Annotated[int, Field(ge=0, le=2**53, description="A number of Unicode code points.")]
QUESTION = "A question in its own words, or one that leans on the conversation so far."
HISTORY = "The conversation's earlier questions, oldest first."


class Body(BaseModel):
    """A part of a request; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterBody(Body):
    """Which articles may answer; what is left out sets no limit."""

    article_ids: list[Name] = Field(default=[], max_length=1_000, description="Only these articles.")
    sources: list[Name] = Field(default=[], max_length=1_000, description="Only articles from files of these names.")
    outlets: list[Name] = Field(default=[], max_length=1_000, description="Only articles of these outlets.")
    collections: list[Name] = Field(
        default=[], max_length=1_000, description="Only articles in one of these collections."
    )
    published_from: Day | None = Field(default=None, description="Only articles published on this day or later.")
    published_to: Day | None = Field(default=None, description="Only articles published on this day or earlier.")

    def to_filters(self) -> Filters:
        """The filters as the engine takes them."""
        return Filters(
            article_ids=tuple(self.article_ids),
            sources=tuple(self.sources),
            outlets=tuple(self.outlets),
            collections=tuple(self.collections),
            published_from=self.published_from,
            published_to=self.published_to,
        )


NO_FILTERS = FilterBody()


class QuestionBody(Body):
    """A question and what it may be answered from."""

    question: Words = Field(description=QUESTION, examples=["Who succeeded Benjamin Netanyahu?"])
    history: list[Words] = Field(default=[], max_length=100, description=HISTORY)
    filters: FilterBody = NO_FILTERS


class SearchBody(Body):
    """Words to search for and where."""

    question: Words = Field(description="A question or some words.", examples=["Benjamin Netanyahu"])
    count: Count = 10
    filters: FilterBody = NO_FILTERS


class SearchQuery(FilterBody):
    """A search as the parameters of an address; those that name several things may be repeated."""

    question: Words = Field(description="A question or some words.", examples=["Benjamin Netanyahu"])
    count: Count = 10


class RangeQuery(Body):
    """The part of an article to give back; the whole without either."""

    start: Offset | None = Field(default=None, description="Where the range starts, in Unicode code points.")
    end: Offset | None = Field(default=None, description="Where the range ends; not included.")
