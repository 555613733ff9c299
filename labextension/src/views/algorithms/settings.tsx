/** The settings of an algorithm, drawn from their JSON Schema by JupyterLab's form. */
import { FormComponent } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { RegistryFieldsType, RJSFSchema, TemplatesType, UiSchema } from '@rjsf/utils';
import * as React from 'react';

import { valuesOf } from '../../forms';
import type { FormModel } from '../../formsModel';
import { formSchema, propertiesOf } from '../../formsSchema';
import { validator } from '../../formsValidator';
import type { AlgorithmForm, ObjectInfo } from '../../protocol';
import { Fields, type FieldsContext } from './fields';
import { FieldTemplate, ObjectTemplate } from './fieldTemplate';
import { NumberField } from './numberField';
import { BooleanField, ChoiceField, ListField } from './plainFields';

const FIELDS: RegistryFieldsType = { NumberField, BooleanField, choice: ChoiceField, list: ListField };
const TEMPLATES: Partial<TemplatesType<ReadonlyJSONObject>> = {
  FieldTemplate,
  ObjectFieldTemplate: ObjectTemplate
};

interface Props {
  model: FormModel;
  form: AlgorithmForm;
  objects: ReadonlyMap<string, ObjectInfo>;
  trans: TranslationBundle;
}

export function Settings({ model, form, objects, trans }: Props): JSX.Element {
  const { draft, marks: faults } = model;
  const properties = React.useMemo(() => propertiesOf(form.settings), [form.settings]);
  const bound = Object.keys(draft.bound).join('\n');
  const schema = React.useMemo(
    () => formSchema(form.settings, bound.split('\n')) as RJSFSchema,
    [form.settings, bound]
  );
  const uiSchema = React.useMemo(() => uiSchemaOf(form.settings), [form.settings]);
  const values = React.useMemo(
    () => valuesOf(form.settings, draft) as ReadonlyJSONObject,
    [form.settings, draft]
  );
  const context: FieldsContext = {
    trans,
    properties: new Map(properties.map(property => [property.name, property])),
    faults,
    bound: draft.bound,
    objects,
    bind: (setting, object) => {
      const { [setting]: _before, ...others } = draft.bound;
      model.change({ bound: object === null ? others : { ...others, [setting]: object } });
    }
  };
  return (
    <Fields.Provider value={context}>
      <FormComponent
        tagName="div"
        className="jp-DaisyForm-settings"
        idPrefix={`daisy-${form.id.replace(/[^a-z0-9]/gi, '-')}-root`}
        schema={schema}
        uiSchema={uiSchema}
        validator={validator}
        noValidate
        fields={FIELDS}
        templates={TEMPLATES}
        formData={values}
        onChange={event => model.setAll(event.formData ?? {})}
      />
    </Fields.Provider>
  );
}

/** Say how single settings are drawn: choices, and lists of plain items as one line. */
function uiSchemaOf(schema: Record<string, unknown>): UiSchema<ReadonlyJSONObject> {
  const made: UiSchema<ReadonlyJSONObject> = {};
  for (const [name, raw] of Object.entries(formSchema(schema, [])['properties'] ?? {})) {
    const { enum: choices, items } = raw as { enum?: unknown; items?: { type?: unknown; enum?: unknown } };
    if (Array.isArray(choices)) {
      made[name] = { 'ui:field': 'choice' };
    } else if (['integer', 'number', 'string'].includes(String(items?.type)) && !items?.enum) {
      made[name] = { 'ui:field': 'list' };
    }
  }
  return made;
}
