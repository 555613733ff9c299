/** What is wrong with the settings of a form, told at once and in words; the kernel has the last word. */
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import type { Draft, Trans } from './forms';
import { formSchema, propertiesOf, type Property } from './formsSchema';
import { validator } from './formsValidator';

/** What ajv tells of one fault. */
interface Fault {
  keyword: string;
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

/** Say what is wrong, by setting; what is only missing is no fault yet. */
export function faultsOf(
  schema: Record<string, unknown>,
  draft: Draft,
  trans: Trans
): Record<string, string> {
  const bound = Object.keys(draft.bound);
  const settings = Object.fromEntries(
    Object.entries(draft.settings).filter(([name]) => !bound.includes(name))
  );
  const { errors } = validator.rawValidation<Fault>(
    formSchema(schema, bound),
    settings as ReadonlyJSONObject
  );
  const faults: Record<string, string> = {};
  const known = new Map(propertiesOf(schema).map(property => [property.name, property]));
  for (const fault of errors ?? []) {
    const name = fault.instancePath.split('/')[1] ?? '';
    const property = known.get(name);
    if (property && !(name in faults)) {
      faults[name] = inWords(fault, property, trans);
    }
  }
  return faults;
}

function inWords(fault: Fault, property: Property, trans: Trans): string {
  const limit = `${String(fault.params['limit'])} ${property.unit}`.trim();
  switch (fault.keyword) {
    case 'minimum':
      return trans.__('It must be %1 or more.', limit);
    case 'exclusiveMinimum':
      return trans.__('It must be more than %1.', limit);
    case 'maximum':
      return trans.__('It must be %1 or less.', limit);
    case 'exclusiveMaximum':
      return trans.__('It must be less than %1.', limit);
    case 'enum':
      return trans.__('It must be one of %1.', [fault.params['allowedValues']].flat().join(', '));
    case 'type':
      return typeFault(String(fault.params['type']), trans);
    default:
      return trans.__('It cannot be like this: %1.', fault.message ?? fault.keyword);
  }
}

function typeFault(type: string, trans: Trans): string {
  if (type.includes('integer')) {
    return trans.__('A whole number is needed.');
  }
  return type.includes('number')
    ? trans.__('A number is needed.')
    : trans.__('A value of another kind is needed.');
}
