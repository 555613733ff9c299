/** One run beside the list: what it was asked, what came out, what it says, why it failed. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection } from '../../connection';
import { bytesText, timeText } from '../../objects';
import type { RunInfo } from '../../protocol';
import { FaultView } from '../fault';
import type { RunActions } from './actions';
import { RunButtons } from './buttons';
import { RunLogView } from './log';
import { rateText, settingText } from './numbers';
import { Results } from './row';
import { RunState, RunTime, useNow } from './state';
import { titleText } from './words';

interface Props {
  connection: Connection;
  run: RunInfo;
  actions: RunActions;
  trans: TranslationBundle;
  onSelect: (id: string) => void;
}

export function RunDetails({ connection, run, actions, trans, onSelect }: Props): JSX.Element {
  return (
    <section aria-label={trans.__('Details of the run %1', titleText(run))}>
      <header>
        <h3>{titleText(run)}</h3>
        <RunState run={run.error ? { ...run, error: null } : run} trans={trans} />
        <button
          type="button"
          className="jp-DaisyLink"
          title={trans.__('Hide the details')}
          aria-label={trans.__('Hide the details')}
          onClick={() => onSelect('')}
        >
          ✕
        </button>
      </header>
      {run.error && <FaultView fault={run.error} trans={trans} />}
      <RunButtons run={run} actions={actions} trans={trans} onBegan={onSelect} />
      <Facts run={run} actions={actions} trans={trans} />
      <RunLogView connection={connection} run={run} trans={trans} />
    </section>
  );
}

function Facts({ run, actions, trans }: Pick<Props, 'run' | 'actions' | 'trans'>): JSX.Element {
  const now = useNow(run.state === 'running');
  const facts: [string, React.ReactNode][] = [];
  if (run.made.length > 0 || run.call?.into.length) {
    facts.push([
      trans.__('Result'),
      <Results key="made" run={run} actions={actions} trans={trans} reachable />
    ]);
  }
  facts.push([trans.__('Time'), <RunTime key="time" run={run} trans={trans} now={now} />]);
  if (run.rate && run.state === 'running') {
    facts.push([trans.__('Rate'), rateText(run.rate)]);
  }
  if (run.peak_bytes) {
    facts.push([trans.__('Peak memory'), bytesText(run.peak_bytes)]);
  }
  if (run.started) {
    facts.push([trans.__('Started'), timeText(run.started)]);
  }
  facts.push(...asked(run));
  return (
    <dl className="jp-DaisyRuns-facts">
      {facts.map(([name, value], n) => (
        <React.Fragment key={n}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** What it was asked to do: names of objects, and settings. */
function asked({ call }: RunInfo): [string, string][] {
  return call
    ? Object.entries<unknown>({ ...call.inputs, ...call.settings }).map(([name, value]) => [
        name,
        settingText(value)
      ])
    : [];
}
