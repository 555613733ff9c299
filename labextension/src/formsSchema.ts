/** Reads the JSON Schema of an algorithm's settings: titles, units, bounds and choices; and steps for sliders and keys. */

/** One setting, as a form needs it. */
export interface Property {
  name: string;
  title: string;
  text: string;
  unit: string;
  /** JSON type; empty where there is more than one. */
  type: string;
  /** Whether it may be left empty, which means none. */
  nullable: boolean;
  required: boolean;
  hasDefault: boolean;
  /** Its default. */
  initial: unknown;
  minimum: number | null;
  maximum: number | null;
  /** Whether the bounds themselves are allowed. */
  closed: { minimum: boolean; maximum: boolean };
}

type Schema = Record<string, unknown>;

/** Give the settings of a schema in their order. */
export function propertiesOf(schema: Schema): Property[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(children(schema)).map(([name, raw]) => {
    const field = flat(raw);
    const types = [field['type']].flat().filter(type => typeof type === 'string');
    const plain = types.filter(type => type !== 'null');
    return {
      name,
      title: text(field['title']) || name,
      text: text(field['description']),
      unit: text(field['unit']),
      type: plain.length === 1 ? (plain[0] ?? '') : '',
      nullable: types.includes('null'),
      required: required.includes(name),
      hasDefault: 'default' in field,
      initial: field['default'],
      minimum: number(field['minimum']) ?? number(field['exclusiveMinimum']),
      maximum: number(field['maximum']) ?? number(field['exclusiveMaximum']),
      closed: { minimum: number(field['minimum']) !== null, maximum: number(field['maximum']) !== null }
    };
  });
}

/** Give the schema as a form draws it best: `X or nothing` as one field, values that come from objects not asked for. */
export function formSchema(schema: Schema, bound: readonly string[]): Schema {
  const properties = Object.fromEntries(
    Object.entries(children(schema)).map(([name, raw]) => [name, flat(raw)])
  );
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const { title: _title, description: _description, ...rest } = schema;
  return {
    ...rest,
    type: 'object',
    properties,
    required: required.filter(name => !bound.includes(String(name)))
  };
}

/** Whether a slider makes sense: both ends are known. */
export function hasSlider(property: Property): boolean {
  return property.minimum !== null && property.maximum !== null && property.maximum > property.minimum;
}

/** Where a slider runs over powers of ten, because its range has so many. */
export function isLogarithmic(property: Property): boolean {
  const { minimum, maximum } = property;
  return minimum !== null && maximum !== null && minimum > 0 && maximum / minimum >= 1e4;
}

const TICKS = 1000;

/** Give the place on a slider, from 0 to 1000, that shows a value. */
export function placeOf(property: Property, value: number): number {
  const [low, high] = ends(property);
  const shown = isLogarithmic(property) ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value;
  return Math.round(Math.min(Math.max((shown - low) / (high - low), 0), 1) * TICKS);
}

/** Give the value at a place on a slider, rounded to what the slider can tell apart. */
export function valueAt(property: Property, place: number): number {
  const [low, high] = ends(property);
  const at = low + ((high - low) * place) / TICKS;
  if (isLogarithmic(property)) {
    return inside(property, Number((10 ** at).toPrecision(2)));
  }
  const step = property.type === 'integer' ? 1 : nice((high - low) / TICKS);
  return inside(property, rounded(at, step));
}

/** Give the value one step up or down: a tenth for the usual, finer for small numbers, a tenth of a decade on long scales. */
export function nudged(property: Property, value: number, steps: number): number {
  if (isLogarithmic(property)) {
    return inside(property, Number((value * 10 ** (steps / 10)).toPrecision(3)));
  }
  const step = stepOf(property, value);
  return inside(property, rounded(value + steps * step, step * Math.min(Math.abs(steps), 1)));
}

/** Give the length of one step of the keyboard. */
export function stepOf(property: Property, value: number): number {
  if (property.type === 'integer') {
    return 1;
  }
  if (property.minimum !== null && property.maximum !== null) {
    return nice((property.maximum - property.minimum) / 100);
  }
  const size = Math.abs(value);
  return size >= 1 || size === 0 ? 0.1 : nice(size / 10);
}

/** Write a number as one types it. */
export function written(value: unknown): string {
  return typeof value === 'number' ? String(value).replace('e+', 'e') : text(value);
}

/** Read a number as one types it, with a comma or a point; null when it is none. */
export function readNumber(typed: string): number | null {
  const plain = typed.trim().replace(/^([+-]?\d*),(\d+)$/, '$1.$2');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

function ends(property: Property): [number, number] {
  const low = property.minimum ?? 0;
  const high = property.maximum ?? 1;
  return isLogarithmic(property) ? [Math.log10(low), Math.log10(high)] : [low, high];
}

function inside(property: Property, value: number): number {
  const { minimum, maximum, closed } = property;
  const gap = minimum !== null && maximum !== null ? nice((maximum - minimum) / TICKS) : 0;
  if (minimum !== null && (closed.minimum ? value < minimum : value <= minimum)) {
    return closed.minimum ? minimum : rounded(minimum + gap, gap);
  }
  if (maximum !== null && (closed.maximum ? value > maximum : value >= maximum)) {
    return closed.maximum ? maximum : rounded(maximum - gap, gap);
  }
  return value;
}

/** Give 1, 2 or 5 times a power of ten, not above a length. */
function nice(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length) + 1e-9);
  const parts = length / power;
  return Number(((parts >= 5 ? 5 : parts >= 2 ? 2 : 1) * power).toPrecision(1));
}

function rounded(value: number, step: number): number {
  return step > 0 ? Number((Math.round(value / step) * step).toPrecision(12)) : value;
}

/** `X or nothing` becomes X that may be null; all else stays. */
function flat(raw: unknown): Schema {
  const field = isRecord(raw) ? raw : {};
  const options: unknown[] = Array.isArray(field['anyOf']) ? field['anyOf'] : [];
  if (options.length !== 2) {
    return field;
  }
  const other = options.find(option => isRecord(option) && option['type'] !== 'null');
  if (!isRecord(other) || !options.some(option => isRecord(option) && option['type'] === 'null')) {
    return field;
  }
  const { anyOf: _anyOf, ...rest } = field;
  if (typeof other['type'] !== 'string') {
    return field;
  }
  const among: unknown[] | null = Array.isArray(other['enum']) ? other['enum'] : null;
  const choices = among ? { enum: [null, ...among] } : {};
  return { ...other, ...rest, ...choices, type: [other['type'], 'null'] };
}

function children(schema: Schema): Schema {
  const found = schema['properties'];
  return isRecord(found) ? found : {};
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
