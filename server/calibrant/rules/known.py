"""What a check may know beside what it checks."""

import msgspec

from calibrant.model.connector import ConnectorSpec, Specs
from calibrant.model.language import Language
from calibrant.model.workflow import StepBody


class Known(msgspec.Struct, frozen=True):
    """What a check may know beside what it checks."""

    language: Language
    specs: Specs

    def spec(self, body: StepBody) -> ConnectorSpec | None:
        """Return the declaration of a step's connector, if there is one of that name that can be used."""
        spec = self.specs.get(body.action) if body.action is not None else None
        return None if spec is None or spec.broken else spec
