"""The keys of the native language, each with its documentation."""

from calibrant.expressions.words import EXPRESSION_WORDS, OWN_ROOTS
from calibrant.model.language import KeySpec, Language

INPUT_TYPES = ("string", "number", "integer", "boolean", "path", "array", "object")

_WORKFLOW = (
    KeySpec("name", ("string",), "What to call the workflow."),
    KeySpec("description", ("string",), "What the workflow is for."),
    KeySpec(
        "inputs", ("object",), "Values the workflow is given: each input's name with its type, default and sample."
    ),
    KeySpec("secrets", ("array",), "Names of secrets; each comes from the environment variable of the same name."),
    KeySpec("steps", ("array",), "What is done. The order in the file means nothing; dependencies do.", required=True),
)
_INPUT = (
    KeySpec("type", ("string",), "The type of the value; string where none is given.", values=INPUT_TYPES),
    KeySpec("default", ("any",), "The value where none is given."),
    KeySpec("sample", ("any",), "A realistic value, used in calibration where there is neither a value nor a default."),
    KeySpec("required", ("boolean",), "Whether a live run must be given a value."),
    KeySpec("description", ("string",), "What the input is."),
    KeySpec("enum", ("array",), "The only values allowed."),
)
_STEP = (
    KeySpec("id", ("string",), "The step's own name, by which others refer to its output.", required=True),
    KeySpec("name", ("string",), "What to call the step in progress and results."),
    KeySpec("uses", ("string",), "The connector that does the work, such as ‘file.read’."),
    KeySpec("with", ("object",), "The connector's parameters."),
    KeySpec("run", ("string",), "A shell script; short for ‘uses: shell.run’."),
    KeySpec("cwd", ("string",), "The folder in which ‘run’ works, from the workflow file's folder."),
    KeySpec("env", ("object",), "Environment variables for ‘run’."),
    KeySpec("shell", ("string",), "The shell for ‘run’; sh where none is given."),
    KeySpec("needs", ("string", "array"), "Steps that must have run before: one id or a list of ids."),
    KeySpec("if", ("expression",), "The step runs only where this expression is true; braces are optional."),
    KeySpec(
        "for_each",
        ("array", "expression"),
        "Runs the step once for each element; the element is ‘item’, its position ‘index’. The outputs make a list.",
    ),
    KeySpec("retry", ("object",), "How often a step that fails for a passing reason is tried again."),
    KeySpec("timeout", ("number",), "Seconds after which the step is stopped; 60 where none is given."),
    KeySpec(
        "scope",
        ("string", "array"),
        "The files that a command may change: a pattern or a list of them, from the workflow file's folder.",
    ),
    KeySpec("sample", ("any",), "A stand-in for the step's output, used where the step could not run."),
    KeySpec("templating", ("boolean",), "With ‘false’, braces in the step's values are plain text."),
)
_RETRY = (
    KeySpec("attempts", ("integer",), "How often the step is tried in all."),
    KeySpec("delay", ("number",), "Seconds before the second try; the pause doubles each time."),
)

LANGUAGE = Language(
    name="native",
    suffixes=(".workflow.yaml", ".workflow.yml", ".workflow.json"),
    keys={"workflow": _WORKFLOW, "input": _INPUT, "step": _STEP, "retry": _RETRY},
    reserved_ids=OWN_ROOTS | EXPRESSION_WORDS,
    cwd="cwd",
)
