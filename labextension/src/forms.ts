/**
 * A form being filled in: which objects go in, which settings differ from their defaults, what the results are called.
 * What the user did not touch follows what the kernel suggests.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { propertiesOf, type Property } from './formsSchema';
import type { AlgorithmForm, ObjectInfo, PortInfo, RunCall } from './protocol';

export type Trans = Pick<TranslationBundle, '__' | '_n'>;

/** What the user has entered so far. */
export interface Draft {
  /** Objects the user chose, by input. */
  inputs: Record<string, string>;
  /** Objects that were suggested, and stay until they go away. */
  suggested: Record<string, string>;
  /** Settings that differ from their defaults. */
  settings: Record<string, unknown>;
  /** Settings that take their value from an object: its name. */
  bound: Record<string, string>;
  /** Names the user typed, by output; of a call that is made anew, by its place. */
  outputs: Record<string, string>;
}

export const EMPTY: Draft = { inputs: {}, suggested: {}, settings: {}, bound: {}, outputs: {} };

/** Give the object that an input takes; empty for none. */
export function inputOf(draft: Draft, port: PortInfo): string {
  return draft.inputs[port.name] ?? draft.suggested[port.name] ?? '';
}

/** Give the name a result gets. */
export function outputOf(draft: Draft, port: PortInfo): string {
  return draft.outputs[port.name] ?? port.suggestion;
}

/** Take up what the kernel suggests, where nothing was taken yet or what was taken is gone. */
export function suggest(draft: Draft, form: AlgorithmForm, exists: (name: string) => boolean): Draft {
  const inputs: Record<string, string> = {};
  const suggested: Record<string, string> = {};
  for (const port of form.inputs) {
    const chosen = draft.inputs[port.name];
    if (chosen !== undefined && (chosen === '' || exists(chosen))) {
      inputs[port.name] = chosen;
    }
    const before = draft.suggested[port.name];
    suggested[port.name] = before && exists(before) ? before : port.suggestion;
  }
  return { ...draft, inputs, suggested, outputs: named(draft.outputs, form) };
}

/** Put names known by their place under the names of the outputs. */
function named(outputs: Record<string, string>, form: AlgorithmForm): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [key, value] of Object.entries(outputs)) {
    const name = /^\d+$/.test(key) ? form.outputs[Number(key)]?.name : key;
    if (name) {
      made[name] = value;
    }
  }
  return made;
}

/** Forget what was suggested, so that a form opened anew takes what fits best now. */
export function reopened(draft: Draft): Draft {
  return { ...draft, suggested: {} };
}

/** Give the call as the kernel takes it: settings at their defaults are left out. */
export function callOf(form: AlgorithmForm, draft: Draft): RunCall {
  const taken = form.inputs.map(port => [port.name, inputOf(draft, port)] as const);
  const bound = Object.entries(draft.bound).map(([name, object]) => [name, `=${object}`] as const);
  return {
    id: form.id,
    inputs: Object.fromEntries(taken.filter(([, object]) => object)),
    settings: { ...draft.settings, ...Object.fromEntries(bound) },
    into: form.outputs.map(port => outputOf(draft, port).trim())
  };
}

/** Give the draft that makes a call anew. */
export function draftOf(call: Partial<RunCall>): Draft {
  const bound: Record<string, string> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(call.settings ?? {})) {
    if (typeof value === 'string' && value.startsWith('=')) {
      bound[name] = value.slice(1);
    } else {
      settings[name] = value;
    }
  }
  const outputs = Object.fromEntries((call.into ?? []).map((name, place) => [String(place), name]));
  return { ...EMPTY, inputs: { ...call.inputs }, settings, bound, outputs };
}

/** Give all values a form shows: defaults, and what the user set. */
export function valuesOf(schema: Record<string, unknown>, draft: Draft): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const property of propertiesOf(schema)) {
    if (property.hasDefault) {
      values[property.name] = property.initial;
    }
  }
  return { ...values, ...draft.settings };
}

/** Give what differs from the defaults in all values a form shows. */
export function settingsOf(
  schema: Record<string, unknown>,
  values: Record<string, unknown>
): Record<string, unknown> {
  const known = new Map(propertiesOf(schema).map(property => [property.name, property]));
  const differs = ([name, value]: [string, unknown]) => {
    const property = known.get(name);
    const same = property?.hasDefault && JSON.stringify(property.initial) === JSON.stringify(value);
    return property !== undefined && value !== undefined && !same;
  };
  return Object.fromEntries(Object.entries(values).filter(differs));
}

/** Say what is still missing before the call can run; empty when nothing is. */
export function missing(form: AlgorithmForm, draft: Draft, trans: Trans): string {
  const port = form.inputs.find(item => !item.optional && !inputOf(draft, item));
  if (port) {
    return trans.__('Choose %1 first.', quoted(port.title));
  }
  const property = propertiesOf(form.settings).find(item => item.required && !isSet(item, draft));
  if (property) {
    return trans.__('Set %1 first.', quoted(property.title));
  }
  const output = form.outputs.find(item => !outputOf(draft, item).trim());
  return output ? trans.__('Name the result %1 first.', quoted(output.title)) : '';
}

function quoted(title: string): string {
  return `“${title}”`;
}

function isSet(property: Property, draft: Draft): boolean {
  const value = draft.settings[property.name];
  return property.name in draft.bound || (value !== undefined && value !== null) || property.hasDefault;
}

/** Give the objects whose value a setting may take: single numbers whose unit fits, the namesake first. */
export function bindable(property: Property, objects: Iterable<ObjectInfo>): ObjectInfo[] {
  if (property.type !== 'number' && property.type !== 'integer') {
    return [];
  }
  const whole = property.type === 'integer';
  const fits = [...objects].filter(
    object =>
      object.shape.length === 0 &&
      (object.kind === 'scalar' || object.kind === 'array') &&
      (whole ? /^u?int/ : /^(u?int|float)/).test(object.dtype) &&
      (object.unit === property.unit || !object.unit)
  );
  const distance = (object: ObjectInfo) =>
    (object.name.split('/').pop() === property.name ? 0 : 2) + (object.unit === property.unit ? 0 : 1);
  return fits.sort((one, other) => distance(one) - distance(other) || one.name.localeCompare(other.name));
}
