/** The foot of the workbench: runs and workflow, each with what may be made of it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection } from '../../connection';
import type { RunInfo } from '../../protocol';
import { type Fault, FaultView } from '../fault';
import { Splitter } from '../splitter';
import { type Page, RunActions } from './actions';
import { RunDetails } from './details';
import { ChoiceMenu, Making, type Tab, Tabs } from './bar';
import { type Choice, chosen, counts } from './list';
import { RunTable } from './table';
import { emptyText } from './words';
import { WorkflowView } from './workflow';

interface Props {
  connection: Connection;
  page: Page;
  trans: TranslationBundle;
}

export function RunsBoard({ connection, page, trans }: Props): JSX.Element {
  const [tab, setTab] = React.useState<Tab>('runs');
  const [choice, setChoice] = React.useState<Choice>('all');
  const [selected, setSelected] = React.useState('');
  const [fault, setFault] = React.useState<Fault | null>(null);
  const actions = React.useMemo(
    () => new RunActions(connection, page, trans, setFault),
    [connection, page, trans]
  );
  const { runs, workflow } = connection.state;
  const run = runs.get(selected);
  const means = { actions, trans, onSelect: setSelected };
  const rows = chosen(runs.values(), choice);
  return (
    <div className="jp-DaisyRuns">
      <div className="jp-DaisyRuns-bar">
        <Tabs tab={tab} runs={runs.size} steps={workflow.length} trans={trans} onTab={setTab} />
        {tab === 'runs' && (
          <ChoiceMenu choice={choice} many={counts(runs.values())} trans={trans} onChoice={setChoice} />
        )}
        <span className="jp-DaisyRuns-space" />
        <Making
          tab={tab}
          actions={actions}
          empty={tab === 'runs' ? !runs.size : !workflow.length}
          trans={trans}
        />
      </div>
      {fault && <FaultView fault={fault} trans={trans} onClose={() => setFault(null)} />}
      <div
        id="jp-DaisyRuns-page"
        className={`jp-DaisyRuns-page ${run ? 'jp-mod-beside' : ''}`}
        role="tabpanel"
        aria-labelledby={`jp-DaisyRuns-${tab}`}
      >
        {tab === 'workflow' ? (
          <WorkflowView steps={workflow} actions={actions} trans={trans} />
        ) : rows.length === 0 ? (
          <p className="jp-DaisyEmpty">{emptyText(choice, trans)}</p>
        ) : (
          <Runs rows={rows} run={run} connection={connection} {...means} />
        )}
      </div>
    </div>
  );
}

interface RunsProps {
  rows: RunInfo[];
  /** The run that is looked at. */
  run: RunInfo | undefined;
  connection: Connection;
  actions: RunActions;
  trans: TranslationBundle;
  onSelect: (id: string) => void;
}

/** The list, and beside it the run that is looked at. */
function Runs({ rows, run, connection, ...means }: RunsProps): JSX.Element {
  const [share, setShare] = React.useState(0.6);
  return (
    <>
      <RunTable runs={rows} selected={run?.id ?? ''} {...means} />
      {run && (
        <>
          <Splitter beside share={share} resize={setShare} label={means.trans.__('Width of the list')} />
          <div className="jp-DaisyRuns-details" style={{ flexBasis: `${100 * (1 - share)}%` }}>
            <RunDetails connection={connection} run={run} {...means} />
          </div>
        </>
      )}
    </>
  );
}
