/** What the fields of a form share, beside what the JSON Schema form hands them. */
import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Property } from '../../formsSchema';
import type { ObjectInfo } from '../../protocol';

export interface FieldsContext {
  trans: TranslationBundle;
  properties: ReadonlyMap<string, Property>;
  /** Faults by setting. */
  faults: Record<string, string>;
  /** Objects that settings take their values from. */
  bound: Record<string, string>;
  objects: ReadonlyMap<string, ObjectInfo>;
  /** Take the value of a setting from an object; null to type it again. */
  bind: (setting: string, object: string | null) => void;
}

export const Fields = React.createContext<FieldsContext | null>(null);

/** Give the setting that a field of the form belongs to; null for the form itself and for parts of a setting. */
export function useProperty(id: string): { context: FieldsContext; property: Property } | null {
  const context = React.useContext(Fields);
  const property = context?.properties.get(id.replace(/^.*?root_/, ''));
  return context && property ? { context, property } : null;
}
