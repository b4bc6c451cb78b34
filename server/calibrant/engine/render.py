"""From what a step says to what its connector gets: parameters with every expression put in its place."""

from collections.abc import Callable, Mapping

import msgspec

from calibrant.engine.script import render_script
from calibrant.expressions import Evaluator, parse_expression
from calibrant.expressions.words import LOOP_NAMES, OWN_ROOTS
from calibrant.model.connector import ConnectorSpec, ParameterSpec, PerItem
from calibrant.model.expression import Expression, Reference, Template
from calibrant.model.failure import Failure, StepError
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.value import UNKNOWN
from calibrant.model.workflow import StepBody

Scope = Mapping[str, object]


class Rendered(msgspec.Struct):
    """A step's parameters by name, what could not be rendered, and what stands for functions in the output's key.

    `holes` is set where a value is not written yet: it is unknown.
    """

    params: dict[str, object]
    failures: list[Failure]
    functions: dict[str, object]
    holes: bool = False


def render_parameters(body: StepBody, spec: ConnectorSpec, scope: Scope, evaluator: Evaluator) -> Rendered:
    """Return the parameters that a call gets, defaults filled in. A parameter that fails is left out and reported.

    Never raises. Parameters that the connector does not declare are left out: a rule tells of them.
    """
    done = Rendered({}, [], {})
    script: tuple[str, Node] | None = None
    for declared in spec.parameters:
        given = body.parameter(declared.name)
        done.holes = done.holes or (given is not None and _has_hole(given.value))
        if given is None or isinstance(given.value, Hole):
            if given is not None:
                done.params[declared.name] = UNKNOWN
            elif declared.default is not None:
                done.params[declared.name] = declared.default
        elif declared.role == "script":
            script = (declared.name, given.value)  # last: it adds to `env`
        else:
            _render_one(done, declared, given.value, scope, evaluator)
    if script is not None:
        _into(done, script[0], lambda: _script(done, script[1], scope, evaluator))
    return done


def render(node: Node, scope: Scope, evaluator: Evaluator) -> object:
    """Return a node's value, its templates rendered; what is not there yet is unknown.

    Raises:
        StepError: an expression in it cannot be evaluated.
    """
    match node:
        case Scalar():
            return node.value if node.template is None else evaluator.render(node.template, scope)
        case Map():
            out: dict[str, object] = {}
            for entry in node.entries:
                if entry.name not in out:
                    out[entry.name] = render(entry.value, scope, evaluator)
            return out
        case Seq():
            return [render(item, scope, evaluator) for item in node.items]
        case Hole():
            return UNKNOWN


def _has_hole(node: Node) -> bool:
    match node:
        case Scalar():
            return False
        case Map():
            return any(_has_hole(entry.value) for entry in node.entries)
        case Seq():
            return any(map(_has_hole, node.items))
        case Hole():
            return True


def _render_one(done: Rendered, declared: ParameterSpec, node: Node, scope: Scope, evaluator: Evaluator) -> None:
    if declared.role == "per_item":
        function = per_item(declared, node, scope, evaluator)
        done.params[declared.name] = function
        done.functions[declared.name] = [_function(declared, node), _referred(declared, node, scope)]
    else:
        _into(done, declared.name, lambda: render(node, scope, evaluator))


def _into(done: Rendered, name: str, make: Callable[[], object]) -> None:
    try:
        done.params[name] = make()
    except StepError as error:
        failure = error.failure
        done.failures.append(failure if failure.parameter else msgspec.structs.replace(failure, parameter=(name,)))


def per_item(declared: ParameterSpec, node: Node, scope: Scope, evaluator: Evaluator) -> PerItem:
    """Return the function of one item and its position that a per-item parameter stands for."""
    expression = _expression(declared, node)
    local = dict(scope)

    def call(item: object, index: int) -> object:
        local["item"], local["index"] = item, index
        try:
            return evaluator.evaluate(expression, local) if expression else render(node, local, evaluator)
        except StepError as error:
            failure = error.failure
            details = "\n".join(filter(None, [failure.details, f"It happened at item {index + 1}."]))
            where = failure.parameter or (declared.name,)
            raise StepError(msgspec.structs.replace(failure, parameter=where, details=details)) from error

    return call


def _expression(declared: ParameterSpec, node: Node) -> Expression | None:
    """Return the expression that a parameter is as a whole: one that takes an expression needs no braces."""
    if not isinstance(node, Scalar):
        return None
    if node.template is not None:
        return node.template.whole
    return parse_expression(node) if declared.takes_expression else None


def step_references(body: StepBody, spec: ConnectorSpec | None) -> tuple[Reference, ...]:
    """Return all references of a step but those to the item, also from expressions that are written without braces."""
    bare = [
        reference
        for declared in (spec.parameters if spec else ())
        if declared.takes_expression and body.templating
        for given in body.parameters
        if given.name == declared.name and isinstance(given.value, Scalar) and given.value.template is None
        for reference in parse_expression(given.value).references
        if reference.root not in LOOP_NAMES
    ]
    return body.references + tuple(bare) if bare else body.references


def _function(declared: ParameterSpec, node: Node) -> object:
    """Return what stands for a per-item parameter in the output's key: the same however it is spaced and steps are called."""
    whole = _expression(declared, node)
    if whole is not None:
        return [_nameless(whole)]
    match node:
        case Scalar() if node.template is not None:
            return [part if isinstance(part, str) else [_nameless(part)] for part in node.template.parts]
        case Map():
            return {entry.name: _function(declared, entry.value) for entry in reversed(node.entries)}
        case Seq():
            return [_function(declared, item) for item in node.items]
    return plain(node)


def _nameless(expression: Expression) -> str:
    """Return an expression's source with the steps that it refers to by number, where these are found in it."""
    source, start = expression.source, expression.span.start
    numbers: dict[str, int] = {}
    pieces: list[str] = []
    end = 0
    for found in sorted(expression.references, key=lambda one: one.parts[0].start):
        at = found.parts[0].start - start
        if source[at : at + len(found.root)] != found.root or at < end:
            return source.strip()
        name = found.root if found.root in OWN_ROOTS else f"${numbers.setdefault(found.root, len(numbers))}"
        pieces += [source[end:at], name]
        end = at + len(found.root)
    return "".join([*pieces, source[end:]]).strip()


def _referred(declared: ParameterSpec, node: Node, scope: Scope) -> list[object]:
    """Return what the expressions of a per-item parameter refer to beside the item, for the output's key."""
    whole = _expression(declared, node)
    expressions = [whole] if whole else [found for template in _templates(node) for found in template.expressions]
    references = [reference for expression in expressions for reference in expression.references]
    return [_follow(scope[found.root], found.path) for found in references if found.root in scope]


def _templates(node: Node) -> list[Template]:
    match node:
        case Scalar():
            return [node.template] if node.template else []
        case Map():
            return [template for entry in node.entries for template in _templates(entry.value)]
        case Seq():
            return [template for item in node.items for template in _templates(item)]
        case Hole():
            return []


def _follow(value: object, path: tuple[str | int, ...]) -> object:
    for part in path:
        try:
            value = value[part]  # type: ignore[index]
        except (LookupError, TypeError):
            return value
    return value


def _script(done: Rendered, node: Node, scope: Scope, evaluator: Evaluator) -> object:
    """Return a script's text; the values that its references stand for are added to `env`."""
    if not isinstance(node, Scalar) or node.template is None:
        return render(node, scope, evaluator)
    text, variables = render_script(node.template, done.params.get("shell"), scope, evaluator)
    given = done.params.get("env")
    if isinstance(given, Mapping) or given is None:  # else the check of `env` says what is wrong with it
        done.params["env"] = {**(given or {}), **variables}
    return text
