"""How shells and programs report an environment variable that has no value, and a credential that is not there.

Samples of Python 3.11, bash 5.2, dash, environs 15, django-environ 0.14, pydantic-settings 2, zod 4, dotenv-safe 9, env-var 7,
openai 3, boto3 1.44 and Ruby 3.1. A name that says what it holds (TOKEN, PASSWORD, …) is a secret.
"""

from collections.abc import Mapping

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HOLDS_SECRET = (
    r"(?i:\w{0,60}(?:TOKEN|SECRET|PASSW|PASSPHRASE|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|_KEY\b)\w{0,60})"  # noqa: S105 - names, no values
)
_NAME = r"[A-Za-z_]\w{0,100}"
_SET = "Give it under ‘env’ of the step, or set it where Calibrant is started from."
_KEEP = (
    "Name it under ‘secrets’ and hand it to the step under ‘env’ (‘{{{{ secrets.… }}}}’); set its value where "
    "Calibrant is started "
    "from, never in the file."
)


def _upper(groups: Mapping[str, str]) -> Mapping[str, str]:
    return {"variable": groups.get("variable", "").upper()}


def _both(
    name: str,
    before: str,
    after: str,
    plain: tuple[str, ...],
    secret: tuple[str, ...],
    other: str,
    *,
    written: str = _NAME,
    sure: float = 0.96,
    upper: bool = False,
) -> tuple[Pattern, Pattern]:
    """Return the patterns of one way to say it: for a variable, and for one whose name says that it is a secret."""
    return (
        Pattern(
            name=name,
            regex=f"{before}(?P<variable>(?!{_HOLDS_SECRET}){written}){after}",
            kind=Kind.RUNTIME,
            code="missing-variable",
            confidence=sure,
            message="The environment variable ‘{variable}’ has no value here.",
            hint=_SET,
            subject="{variable}",
            more=_upper if upper else None,
            matching=plain,
            non_matching=(other, *secret),
        ),
        Pattern(
            name=f"{name}-secret",
            regex=f"{before}(?P<variable>(?={_HOLDS_SECRET}){written}){after}",
            kind=Kind.RUNTIME,
            code="missing-secret",
            confidence=sure,
            message="The secret ‘{variable}’ has no value here.",
            hint=_KEEP,
            subject="{variable}",
            more=_upper if upper else None,
            matching=secret,
            non_matching=(other, *plain),
        ),
    )


def _traceback(name: str) -> str:
    return (
        f"    x = os.environ['{name}']\n        ~~~~~~~~~~^^^^^^^^^^^^^^^^^\n"
        f"  File \"<frozen os>\", line 679, in __getitem__\nKeyError: '{name}'"
    )


PATTERNS: tuple[Pattern, ...] = (
    *_both(
        "python-environ",
        r"environ\[['\"]",
        r"['\"]\](?:[^\n]{0,200}\n(?:[^\n]{0,300}\n){0,14}?)(?:E {1,8})?KeyError: '(?P=variable)'",
        (_traceback("DEPLOY_REGION"),),
        (_traceback("GITHUB_TOKEN"),),
        "    row['mail']\n    ~~~^^^^^^^^\nKeyError: 'mail'",
    ),
    *_both(
        "python-os-environ",
        r"^ {2}File \"(?:<frozen os>|[^\"\n]{1,200}/os\.py)\", line \d{1,6}, in __getitem__\n(?:[^\n]{0,200}\n){0,3}?KeyError: '",
        r"'",
        ("  File \"<frozen os>\", line 679, in __getitem__\nKeyError: 'DEPLOY_REGION'",),
        ("  File \"<frozen os>\", line 679, in __getitem__\nKeyError: 'GITHUB_TOKEN'",),
        "  File \"a.py\", line 3, in __getitem__\nKeyError: 'MAIL'",
    ),
    *_both(
        "shell-variable",
        r"^(?:[^:\n]{1,200}: ){1,3}",
        r": (?:unbound variable|parameter (?:null or )?not set)$",
        ("bash: line 2: TARGET: unbound variable", "a.sh: 1: DEPLOY_HOST: parameter not set"),
        ("bash: line 1: NPM_TOKEN: parameter null or not set", "bash: line 1: API_PASSWORD: unbound variable"),
        "bash: line 2: count: unbound variable",
        written=r"[A-Z][A-Z0-9_]{1,100}",
    ),
    *_both(
        "shell-variable-asked",
        r"^[^:\n]{1,200}: (?:line )?\d{1,6}: ",
        r": (?=[^\n]{0,200}\b(?i:set|missing|required?|must|need(?:ed|s)?|give|provide|export|empty|define[d]?)\b)[^\n]{1,200}$",
        ("a.sh: line 1: RELEASE_VERSION: set it to the version to release",),
        ("a.sh: line 1: DEPLOY_TOKEN: must be set",),
        "a.sh: line 1: MAKE: command not found",
        written=r"[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60}",
        sure=0.9,
    ),
    *_both(
        "variable-not-set",
        r"[Ee]nvironment variable:? ['\"`‘]?",
        r"['\"`’]? (?:is )?(?:not (?:set|found|defined|present)|unset|missing|undefined|required|must be set)",
        ('environs.exceptions.EnvNotSetError: Environment variable "SERVICE_URL" not set',),
        ('environs.exceptions.EnvNotSetError: Environment variable "DJANGO_SECRET_KEY" not set',),
        "The environment variable PATH is set",
    ),
    *_both(
        "variables-missing",
        r"(?i:missing|required|undefined|unset)(?: required)? (?i:env(?:ironment)? var(?:iable)?s?):?\s{1,12}['\"`]?",
        r"\b",
        (
            "Missing environment variables:\n    SERVICE_URL: undefined",
            "Error: Missing required environment variable: SERVICE_URL",
        ),
        ("Error: Missing required env var API_TOKEN",),
        "no environment variables are missing",
        written=r"[A-Z][A-Z0-9_]{1,100}",
    ),
    *_both(
        "variable-to-set",
        r"(?i:set(?:ting)?|export|provide|define)(?: the)?(?: `\w{1,60}` or)? `?",
        r"`?(?: or `\w{1,60}`)? environment variable",
        ("django.core.exceptions.ImproperlyConfigured: Set the CACHE_URL environment variable",),
        (
            (
                "openai.OpenAIError: Missing credentials. Please pass an `api_key`, or set the `OPENAI_API_KEY` or "
                "`OPENAI_ADMIN_KEY` "
                "environment variable."
            ),
        ),
        "set the environment variable",
        written=r"[A-Z][A-Z0-9_]{1,100}",
        sure=0.94,
    ),
    *_both(
        "variable-of-env-var",
        r"env-var: \"",
        r"\" is a required variable, but it was not set",
        ('EnvVarError: env-var: "SERVICE_URL" is a required variable, but it was not set',),
        ('EnvVarError: env-var: "STRIPE_SECRET_KEY" is a required variable, but it was not set',),
        'EnvVarError: env-var: "PORT" should be a valid integer',
    ),
    *_both(
        "variable-said",
        r"^(?:[^\n]{0,100}: )?",
        r" (?:environment variable )?(?:is not set|is not defined|must be set|is required|is missing|not set)\b",
        ("Error: SERVICE_URL is not set",),
        ("RuntimeError: API_TOKEN must be set",),
        "name is required",
        written=r"[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60}",
        sure=0.9,
    ),
    *_both(
        "pydantic-settings",
        (
            r"^(?:pydantic_core\.\S{1,40}ValidationError: )?\d{1,4} validation errors? for \w{0,60}(?:[Ss]ettings|"
            r"[Cc]onfig)\w{0,60}\n"
        ),
        r"\n  Field required \[type=missing",
        (
            (
                "pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings\nservice_url\n"
                "  Field required [type=missing, input_value={}, input_type=dict]"
            ),
        ),
        (
            (
                "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\napi_token\n"
                "  Field required [type=missing, input_value={}, input_type=dict]"
            ),
        ),
        "1 validation error for Mail\nsubject\n  Field required [type=missing, input_value={}, input_type=dict]",
        upper=True,
    ),
    *_both(
        "zod-environment",
        r"\"path\": \[\s{1,12}\"",
        r"\"\s{1,12}\],\s{1,12}\"message\": \"(?:Invalid input: expected \w{1,20}, received undefined|Required)\"",
        (
            '    "path": [\n      "SERVICE_URL"\n    ],\n    "message": "Invalid input: expected string, received undefined"',
        ),
        (
            '    "path": [\n      "API_TOKEN"\n    ],\n    "message": "Invalid input: expected string, received undefined"',
        ),
        '    "path": [\n      "subject"\n    ],\n    "message": "Invalid input: expected string, received undefined"',
        written=r"[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60}",
    ),
    *_both(
        "dotenv-safe",
        r"variables were defined in \S{1,100} but are not present in the environment:\s{1,8}",
        r"\b",
        (
            (
                "The following variables were defined in .env.example but are not present in the environment:\n"
                "  SERVICE_URL"
            ),
        ),
        (
            (
                "The following variables were defined in .env.example but are not present in the environment:\n"
                "  API_TOKEN"
            ),
        ),
        "injected env (1) from .env",
    ),
    *_both(
        "ruby-env",
        r"in [`']fetch': key not found: \"",
        r"\" \(KeyError\)",
        ('-e:1:in `fetch\': key not found: "DEPLOY_REGION" (KeyError)',),
        ('-e:1:in `fetch\': key not found: "API_TOKEN" (KeyError)',),
        'a.rb:1:in `fetch\': key not found: "mail" (KeyError)',
        written=r"[A-Z][A-Z0-9_]{1,100}",
    ),
    Pattern(
        name="aws-credentials",
        regex=r"Unable to locate credentials|Could not load credentials from any providers",
        kind=Kind.RUNTIME,
        code="missing-secret",
        confidence=0.95,
        message="There are no credentials for AWS here.",
        hint=_KEEP,
        subject="AWS_ACCESS_KEY_ID",
        more=lambda _groups: {"variable": "AWS_ACCESS_KEY_ID"},
        shared=True,
        matching=("botocore.exceptions.NoCredentialsError: Unable to locate credentials",),
        non_matching=("botocore.exceptions.ClientError: An error occurred (AccessDenied)",),
    ),
)
