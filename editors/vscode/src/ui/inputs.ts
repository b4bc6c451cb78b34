import { CancellationError, QuickPickItemKind, ThemeIcon, window, type QuickInputButton, type QuickPickItem } from "vscode";
import type { Input } from "../client/protocol";
import type { Calibrant } from "../client/session";
import { plain } from "../plain";
import { written, shown } from "./input-words";

/** What inputs are given: a text is read by the server as the input’s type says, null forgets what was remembered. */
export type Values = Record<string, unknown>;

interface Choice extends QuickPickItem {
  readonly input?: Input;
  readonly run?: true;
}

const FORGET: QuickInputButton = { iconPath: new ThemeIcon("discard"), tooltip: "Forget what it was given" };

/**
 * Asks for the inputs without which a run has no value.
 *
 * @throws CancellationError where the user leaves one out.
 */
export async function askNeeded(session: Calibrant, uri: string, given: Values = {}): Promise<Values> {
  const values = { ...given };
  const { inputs } = await session.request("calibrant.inputs", { uri, values });
  const needed = inputs.filter((input) => input.needed && !(input.name in given));
  for (const [at, input] of needed.entries()) {
    const of = needed.length > 1 ? ` (${at + 1} of ${needed.length})` : "";
    values[input.name] = await ask(session, uri, input, of);
  }
  return values;
}

/**
 * Shows all inputs with what a run would use, lets the user change them, and returns what was changed.
 *
 * @throws CancellationError where the user does not go on to the run.
 */
export async function change(session: Calibrant, uri: string): Promise<Values> {
  let values: Values = {};
  for (;;) {
    const { inputs } = await session.request("calibrant.inputs", { uri, values });
    if (inputs.length === 0) return values;
    const chosen = await choose(inputs, values);
    if (chosen === "run") return askNeeded(session, uri, values);
    const { input, forget } = chosen;
    if (forget) {
      values = { ...values, [input.name]: null };
      continue;
    }
    try {
      values = { ...values, [input.name]: await ask(session, uri, input, "", values[input.name]) };
    } catch (error) {
      if (!(error instanceof CancellationError)) throw error; // back to the list
    }
  }
}

/** What was chosen in the list of inputs. */
interface Chosen {
  readonly input: Input;
  readonly forget: boolean;
}

function choose(inputs: readonly Input[], values: Values): Promise<"run" | Chosen> {
  return new Promise((resolve, reject) => {
    const pick = window.createQuickPick<Choice>();
    pick.title = "Calibrate With Inputs";
    pick.placeholder = "Choose an input to give it a value, or calibrate";
    pick.matchOnDescription = true;
    pick.items = [
      { label: "$(play) Calibrate", run: true, alwaysShow: true },
      { label: "Inputs", kind: QuickPickItemKind.Separator },
      ...inputs.map((input) => itemOf(input, values)),
    ];
    pick.onDidAccept(() => {
      const item = pick.selectedItems[0];
      if (item?.run) resolve("run");
      else if (item?.input) resolve({ input: item.input, forget: false });
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.input) resolve({ input: item.input, forget: true });
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      reject(new CancellationError());
    });
    pick.show();
  });
}

function itemOf(input: Input, values: Values): Choice {
  const remembered = values[input.name] ?? (input.name in values ? null : input.value);
  return {
    label: plain(input.name),
    description: plain(shown(input, values)),
    detail: plain([input.type, input.description].filter((text) => text !== "").join(" · ")),
    buttons: remembered === null || remembered === undefined ? [] : [FORGET],
    input,
  };
}

async function ask(session: Calibrant, uri: string, input: Input, of: string, given?: unknown): Promise<unknown> {
  const title = `Calibrate: ‘${input.name}’${of}`;
  const choices = input.choices ?? (input.type === "boolean" ? [true, false] : null);
  const value = choices ? await pickOne(title, input, choices) : await write(session, uri, input, title, given);
  if (value === undefined) throw new CancellationError();
  return value;
}

async function pickOne(title: string, input: Input, choices: readonly unknown[]): Promise<unknown> {
  const items = choices.map((choice) => ({ label: plain(written(choice)), choice }));
  const placeHolder = input.description || `One of ${items.length}`;
  return (await window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.choice;
}

function write(session: Calibrant, uri: string, input: Input, title: string, given: unknown): Thenable<string | undefined> {
  const before = given ?? input.value ?? input.default;
  return window.showInputBox({
    title,
    prompt: plain([input.description, `(${input.type})`].filter((text) => text !== "").join(" ")),
    value: before === null || before === undefined ? "" : written(before),
    password: input.secret === true,
    ignoreFocusOut: true,
    validateInput: async (text) => {
      const { inputs } = await session.request("calibrant.inputs", { uri, values: { [input.name]: text } });
      return plain(inputs.find(({ name }) => name === input.name)?.problem ?? "");
    },
  });
}
