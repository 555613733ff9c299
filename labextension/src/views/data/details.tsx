/** Below the list: what the chosen object is, how it was made, what can be done with it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection } from '../../connection';
import { axesText, bytesText, shapeText, timeText } from '../../objects';
import { mainPath, titleOf } from '../../objectsLineage';
import type { ObjectList } from '../../objectsList';
import type { Lineage, ObjectInfo } from '../../protocol';
import type { DataActions } from './actions';
import { faultText } from '../fault';
import { kindText } from './words';

interface Props {
  list: ObjectList;
  connection: Connection;
  actions: DataActions;
}

export function Details({ list, connection, actions }: Props): JSX.Element {
  const { single, objectsChosen } = list;
  if (single) {
    return <OneObject object={single} connection={connection} actions={actions} />;
  }
  return <SeveralObjects objects={objectsChosen} actions={actions} />;
}

interface ObjectProps {
  object: ObjectInfo;
  connection: Connection;
  actions: DataActions;
}

function OneObject({ object, connection, actions }: ObjectProps): JSX.Element {
  const { trans } = actions;
  const { lineage, before, fault } = useOrigin(object, connection, actions);
  return (
    <section aria-label={trans.__('About %1', object.name)}>
      <h3>
        {object.name} {object.version > 1 && <span className="jp-DaisyBadge">v{object.version}</span>}
      </h3>
      {lineage && <MadeBy object={object} lineage={lineage} trans={trans} />}
      {fault && <p role="alert">{fault}</p>}
      <div className="jp-DaisyData-buttons">
        {before !== null && (
          <Button
            act={() =>
              actions.compare(
                { name: object.name, version: before },
                { name: object.name, version: object.version }
              )
            }
          >
            {trans.__('Compare v%1', before)}
          </Button>
        )}
        <Button act={() => actions.undo()} disabled={!connection.state.canUndo}>
          {trans.__('Undo')}
        </Button>
        <Button act={() => actions.save(object)}>{trans.__('Save…')}</Button>
        <Button act={() => actions.lineage(object)}>{trans.__('How made…')}</Button>
      </div>
      <Facts object={object} trans={trans} />
    </section>
  );
}

interface MadeProps {
  object: ObjectInfo;
  lineage: Lineage;
  trans: TranslationBundle;
}

/** The way from the first thing read to the object, in one line. */
function MadeBy({ object, lineage, trans }: MadeProps): JSX.Element {
  const path = mainPath(lineage.nodes);
  const last = path.at(-1);
  if (last?.kind !== 'run') {
    const text = object.kind === 'dataset' ? trans.__('read from a file') : trans.__('put by hand');
    return <p className="jp-DaisyData-path jp-DaisySoft">{text}</p>;
  }
  return (
    <p className="jp-DaisyData-path">
      <span className="jp-DaisySoft">{trans.__('made by')}</span>{' '}
      {path.slice(0, -1).map(node => (
        <React.Fragment key={node.id}>
          {titleOf(node)}
          {' → '}
        </React.Fragment>
      ))}
      <strong>{titleOf(last)}</strong> <span className="jp-DaisySoft">{last.text}</span>
    </p>
  );
}

function Facts({ object, trans }: { object: ObjectInfo; trans: TranslationBundle }): JSX.Element {
  const facts: [string, string][] = [
    [trans.__('Kind'), kindText(object, trans)],
    ...(object.value ? [[trans.__('Value'), object.value] as [string, string]] : []),
    ...(object.shape.length ? [[trans.__('Axes'), axesText(object)] as [string, string]] : []),
    [trans.__('Unit'), object.unit || '–'],
    [trans.__('Type'), object.dtype || '–'],
    [trans.__('Size'), bytesText(object.nbytes)],
    [trans.__('Device'), object.device],
    [trans.__('Version'), `${object.version} · ${timeText(object.created)}`]
  ];
  return (
    <dl className="jp-DaisyData-facts">
      {facts.map(([term, text]) => (
        <React.Fragment key={term}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

function SeveralObjects({ objects, actions }: { objects: ObjectInfo[]; actions: DataActions }): JSX.Element {
  const { trans } = actions;
  const bytes = objects.reduce((sum, object) => sum + object.nbytes, 0);
  return (
    <section aria-label={trans.__('About the chosen objects')}>
      <h3>{trans._n('1 object, %2', '%1 objects, %2', objects.length, bytesText(bytes))}</h3>
      <p className="jp-DaisySoft">{objects.length === 2 && shapes(objects)}</p>
      <div className="jp-DaisyData-buttons">
        {objects.length === 2 && <Button act={() => actions.compareChosen()}>{trans.__('Compare')}</Button>}
        <Button act={() => actions.remove(objects)}>{trans.__('Delete')}</Button>
      </div>
    </section>
  );
}

function shapes(objects: readonly ObjectInfo[]): string {
  return objects.map(object => `${object.name} ${shapeText(object.shape)}`).join(' · ');
}

interface ButtonProps {
  act: () => Promise<void> | void;
  disabled?: boolean;
  children: React.ReactNode;
}

function Button({ act, disabled, children }: ButtonProps): JSX.Element {
  return (
    <button type="button" className="jp-DaisyButton" disabled={disabled} onClick={() => void act()}>
      {children}
    </button>
  );
}

interface Origin {
  lineage: Lineage | null;
  /** Version before this one; none when it is the first that is still there. */
  before: number | null;
  fault: string;
}

const NOTHING: Origin = { lineage: null, before: null, fault: '' };
/** Walking through the list must not ask for every row on the way. */
const REST = 120;

/** Ask where an object came from, once the user stays at it. */
function useOrigin(object: ObjectInfo, connection: Connection, actions: DataActions): Origin {
  const { name, version } = object;
  const [origin, setOrigin] = React.useState<Origin>(NOTHING);
  React.useEffect(() => {
    let over = false;
    setOrigin(NOTHING);
    const timer = window.setTimeout(() => {
      askOrigin(name, version, connection).then(
        found => over || setOrigin(found),
        error => over || setOrigin({ ...NOTHING, fault: faultText(error, actions.trans) })
      );
    }, REST);
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [name, version, connection, actions]);
  return origin;
}

async function askOrigin(name: string, version: number, connection: Connection): Promise<Origin> {
  const [lineage, versions] = await Promise.all([
    connection.request('objects.lineage', { name, version }),
    connection.request('objects.versions', { name })
  ]);
  const older = versions.result.versions.map(one => one.version).filter(one => one < version);
  return { lineage: lineage.result, before: older.length ? Math.max(...older) : null, fault: '' };
}
