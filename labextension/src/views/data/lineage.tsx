/** How an object was made: the runs that led to it, drawn, each with its settings. */
import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { secondsText } from '../../objects';
import { layout, NODE, type Placed } from '../../objectsLineage';
import type { Lineage } from '../../protocol';
import { daisyIcon } from '../icons';
import type { DataActions } from './actions';
import { faultText } from '../fault';

/** Draw the chain of runs behind a version in the main area. */
export function showLineage(name: string, version: number, actions: DataActions): void {
  const { shell } = actions.means.app;
  const id = `daisy-lineage-${name}-${version}`;
  if (![...shell.widgets('main')].some(widget => widget.id === id)) {
    const content = ReactWidget.create(<LineageView name={name} version={version} actions={actions} />);
    content.addClass('jp-DaisyLineage');
    const widget = new MainAreaWidget({ content });
    widget.id = id;
    widget.title.label = actions.trans.__('How %1 was made', name);
    widget.title.icon = daisyIcon;
    widget.title.closable = true;
    shell.add(widget, 'main', { mode: 'tab-after' });
  }
  shell.activateById(id);
}

interface Props {
  name: string;
  version: number;
  actions: DataActions;
}

function LineageView({ name, version, actions }: Props): JSX.Element {
  const { trans } = actions;
  const [lineage, setLineage] = React.useState<Lineage | null>(null);
  const [fault, setFault] = React.useState('');
  React.useEffect(() => {
    let over = false;
    actions.ask('objects.lineage', { name, version }).then(
      found => over || setLineage(found),
      error => over || setFault(faultText(error, trans))
    );
    return () => {
      over = true;
    };
  }, [name, version, actions, trans]);
  if (!lineage) {
    return <p role="status">{fault || trans.__('Asking the kernel how it was made.')}</p>;
  }
  return (
    <>
      <header className="jp-DaisyLineage-bar">
        <h2>
          {trans.__('How %1 was made', name)} <span className="jp-DaisyBadge">v{version}</span>
        </h2>
        <PythonButtons name={name} python={lineage.python} actions={actions} />
      </header>
      <LineageGraph lineage={lineage} actions={actions} />
    </>
  );
}

function PythonButtons({
  name,
  python,
  actions
}: {
  name: string;
  python: string;
  actions: DataActions;
}): JSX.Element {
  const { writing } = actions.means;
  const { trans } = actions;
  if (!writing || !python) {
    return <></>;
  }
  return (
    <>
      <button className="jp-DaisyButton" onClick={() => writing.insert(python, true)}>
        {trans.__('Insert as Python')}
      </button>
      <button className="jp-DaisyButton" onClick={() => void actions.openAsFile(name, python)}>
        {trans.__('Open as a file')}
      </button>
    </>
  );
}

function LineageGraph({ lineage, actions }: { lineage: Lineage; actions: DataActions }): JSX.Element {
  const graph = React.useMemo(() => layout(lineage.nodes), [lineage]);
  const [chosen, setChosen] = React.useState(lineage.nodes.at(-1)?.id ?? '');
  const shown = graph.nodes.find(({ node }) => node.id === chosen);
  return (
    <>
      <div className="jp-DaisyLineage-stage">
        <div className="jp-DaisyLineage-graph" style={{ width: graph.width, height: graph.height }}>
          <svg width={graph.width} height={graph.height} aria-hidden="true">
            <defs>
              <marker
                id="jp-DaisyLineage-tip"
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0 8 4 0 8z" />
              </marker>
            </defs>
            {graph.edges.map(edge => (
              <path key={edge.key} d={edge.path} markerEnd="url(#jp-DaisyLineage-tip)" />
            ))}
          </svg>
          {graph.nodes.map(placed => (
            <GraphNode
              key={placed.node.id}
              placed={placed}
              chosen={placed === shown}
              choose={() => setChosen(placed.node.id)}
            />
          ))}
        </div>
      </div>
      {shown && <NodeDetails placed={shown} actions={actions} />}
    </>
  );
}

function GraphNode({
  placed,
  chosen,
  choose
}: {
  placed: Placed;
  chosen: boolean;
  choose: () => void;
}): JSX.Element {
  const { node, title, x, y } = placed;
  return (
    <button
      className={`jp-DaisyLineage-node jp-mod-${node.kind} ${chosen ? 'jp-mod-chosen' : ''}`}
      style={{ left: x, top: y, width: NODE.width, height: NODE.height }}
      aria-pressed={chosen}
      title={[title, node.text].filter(Boolean).join('\n')}
      onClick={choose}
    >
      <span className="jp-DaisyLineage-title">{title}</span>
      <span className="jp-DaisyLineage-text">{node.text}</span>
    </button>
  );
}

function NodeDetails({ placed, actions }: { placed: Placed; actions: DataActions }): JSX.Element {
  const { node, title } = placed;
  const { trans } = actions;
  return (
    <footer className="jp-DaisyLineage-details" aria-live="polite">
      <strong>{title}</strong>
      {node.kind === 'run' && !!node.seconds && (
        <span className="jp-DaisyNumber">{trans.__('took %1', secondsText(node.seconds))}</span>
      )}
      <p>{node.text || trans.__('with its default settings')}</p>
    </footer>
  );
}
