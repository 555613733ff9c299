/** One setting: its name, where its value comes from, the field itself, and what is wrong with it. */
import type { FieldTemplateProps, ObjectFieldTemplateProps } from '@rjsf/utils';
import * as React from 'react';

import { bindable } from '../../forms';
import type { Property } from '../../formsSchema';
import type { ObjectInfo } from '../../protocol';
import { type FieldsContext, useProperty } from './fields';

export function FieldTemplate({ id, label, children }: FieldTemplateProps): JSX.Element {
  const found = useProperty(id);
  if (!found) {
    return id.endsWith('-root') ? children : <PartOf label={label}>{children}</PartOf>;
  }
  const { context, property } = found;
  const fault = context.faults[property.name];
  const bound = context.bound[property.name];
  const short = property.type === 'number' || property.type === 'integer' || bound !== undefined;
  return (
    <div
      className={`jp-DaisySetting${short ? ' jp-mod-short' : ''}${fault ? ' jp-mod-wrong' : ''}`}
      title={property.text}
    >
      {(property.type !== 'boolean' || bound !== undefined) && (
        <label className="jp-DaisySetting-label" htmlFor={id}>
          {property.title}
        </label>
      )}
      <Source context={context} property={property} />
      {bound === undefined ? (
        children
      ) : (
        <BoundValue context={context} property={property} bound={bound} id={id} />
      )}
      {property.text && (
        <span id={`${id}-help`} className="jp-DaisyHidden">
          {property.text}
        </span>
      )}
      {fault && <FaultAt id={`${id}-fault`} text={fault} />}
    </div>
  );
}

/** What is wrong with a setting, brought into sight. */
function FaultAt({ id, text }: { id: string; text: string }): JSX.Element {
  const node = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    node.current?.scrollIntoView({ block: 'nearest' });
  }, [text]);
  return (
    <div ref={node} id={id} className="jp-DaisySetting-fault" role="alert">
      {text}
    </div>
  );
}

/** Fields one below the other, without a frame. */
export function ObjectTemplate({ properties }: ObjectFieldTemplateProps): JSX.Element {
  return <>{properties.map(property => property.content)}</>;
}

function PartOf({ label, children }: { label: string; children: JSX.Element }): JSX.Element {
  return (
    <div className="jp-DaisySetting">
      <span className="jp-DaisySetting-label">{label}</span>
      {children}
    </div>
  );
}

interface SourceProps {
  context: FieldsContext;
  property: Property;
}

/** Offers objects that the value may come from. */
function Source({ context, property }: SourceProps): JSX.Element | null {
  const { trans, bind } = context;
  const offered = bindable(property, context.objects.values());
  const [first] = offered;
  if (property.name in context.bound || !first) {
    return null;
  }
  if (offered.length === 1) {
    return (
      <button
        type="button"
        className="jp-DaisyLink jp-DaisySetting-source"
        title={trans.__('Take the value from %1: %2', first.name, shown(first))}
        onClick={() => bind(property.name, first.name)}
      >
        = {first.name}
      </button>
    );
  }
  return (
    <select
      className="jp-DaisyField jp-DaisySetting-source"
      aria-label={trans.__('Take %1 from an object', property.title)}
      value=""
      onChange={event => event.target.value && bind(property.name, event.target.value)}
    >
      <option value="">=</option>
      {offered.map(object => (
        <option key={object.name} value={object.name}>
          = {object.name} ({shown(object)})
        </option>
      ))}
    </select>
  );
}

/** The object that the value comes from, with the value it has now. */
function BoundValue({
  context,
  property,
  bound,
  id
}: SourceProps & { bound: string; id: string }): JSX.Element {
  const { trans, objects, bind } = context;
  const object = objects.get(bound);
  return (
    <div className="jp-DaisyBound">
      <span className="jp-DaisyBound-name jp-DaisyNumber">= {bound}</span>
      <span className="jp-DaisyNumber">{object ? shown(object) : trans.__('not there yet')}</span>
      <button
        id={id}
        type="button"
        className="jp-DaisyLink"
        title={trans.__('Type a value instead')}
        aria-label={trans.__('Type a value for %1 instead', property.title)}
        onClick={() => bind(property.name, null)}
      >
        ✕
      </button>
    </div>
  );
}

function shown(object: ObjectInfo): string {
  return object.value || object.dtype;
}
