/** What checks a form's values against their JSON Schema. */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { customizeValidator } from '@rjsf/validator-ajv8';

export const validator = customizeValidator<ReadonlyJSONObject>();
