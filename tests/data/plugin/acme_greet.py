"""acme.greet: a greeting in one of a few languages."""

from calibrant.model.closest import ranked
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import STRING, object_of

GREETINGS = {"english": "Hello", "german": "Guten Tag", "turkish": "Merhaba"}

SPEC = ConnectorSpec(
    name="acme.greet",
    summary="Greet someone.",
    parameters=(
        ParameterSpec("name", "string", "Whom to greet.", required=True),
        ParameterSpec("language", "string", "In which language.", default="english"),
    ),
    output=object_of(greeting=STRING),
    effects=(Effect.NOTHING,),
    example="- id: hello\n  uses: acme.greet\n  with: {name: Ana}",
)


async def run(params: Params, context: Context) -> Output:
    """Return the greeting."""
    language = str(params["language"])
    if language not in GREETINGS:
        raise StepError(
            Failure(
                "invalid-value",
                f"There is no greeting in ‘{language}’. There are: {', '.join(GREETINGS)}.",
                Kind.PARAMETER,
                hint="Use one of these languages.",
                parameter=("language",),
                value=language,
                candidates=ranked(language, GREETINGS),
            )
        )
    return {"greeting": f"{GREETINGS[language]}, {params['name']}!"}


CONNECTOR = Connector(SPEC, run, touches=lambda params: Effect.NOTHING)
