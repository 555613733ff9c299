/** Reads a call out of a command's arguments, which may come from anywhere. */
import type { RunCall } from './protocol';

/** Give what there is of a call; what has another form than it should is left out. */
export function callOfArgs(args: Record<string, unknown>): Partial<RunCall> | undefined {
  const call: Partial<RunCall> = {};
  if (isRecord(args['inputs'])) {
    const inputs = Object.entries(args['inputs']).filter(([, name]) => typeof name === 'string');
    call.inputs = Object.fromEntries(inputs.map(([port, name]) => [port, String(name)]));
  }
  if (isRecord(args['settings'])) {
    call.settings = { ...args['settings'] };
  }
  if (Array.isArray(args['into'])) {
    call.into = args['into'].map(String);
  }
  return Object.keys(call).length > 0 ? call : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
