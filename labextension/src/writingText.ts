/** Where text goes among text: at the cursor, or on lines of its own; and which names it needs imported. */

/** Names of daisy_lab that inserted code may use. */
const NAMES = ['engine', 'ref', 'store', 'Workflow'];

/** Text to put in at a place, and where the cursor stands after it. */
export interface Placed {
  at: number;
  text: string;
  cursor: number;
}

/** Give where text goes: at the cursor; lines of their own go below the line where the cursor stands. */
export function placed(source: string, cursor: number, text: string, whole: boolean): Placed {
  if (!whole) {
    return { at: cursor, text, cursor: cursor + text.length };
  }
  const end = source.indexOf('\n', cursor);
  const at = end < 0 ? source.length : end;
  const line = source.slice(source.lastIndexOf('\n', at - 1) + 1, at);
  const before = line.trim() === '' ? '' : '\n';
  return { at, text: before + text, cursor: at + before.length + text.length };
}

/** Give the import that code needs and a document has not; empty for none. */
export function importFor(code: string, document: string): string {
  const used = NAMES.filter(name => new RegExp(`(?<![\\w.'"])${name}(?=[.\\[(])`).test(code));
  const brought = new Set(importedIn(document));
  const needed = brought.has('*') ? [] : used.filter(name => !brought.has(name));
  return needed.length > 0 ? `from daisy_lab import ${needed.join(', ')}\n` : '';
}

/** Give a name that is free among others: `flow.json`, then `flow-2.json`. */
export function freeName(name: string, taken: (name: string) => boolean): string {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let free = name;
  for (let count = 2; taken(free); count++) {
    free = `${stem}-${count}${ending}`;
  }
  return free;
}

function importedIn(document: string): string[] {
  const lines = document.matchAll(/^[ \t]*from daisy_lab import (?:\(([^)]*)\)|([^(\n]*))/gm);
  return [...lines].flatMap(([, several, one]) =>
    (several ?? one ?? '')
      .split(/[,()\s]+/)
      .filter((name, place, all) => name && all[place - 1] !== 'as' && name !== 'as')
  );
}
