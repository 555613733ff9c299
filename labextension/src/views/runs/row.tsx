/** One run in the list. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytesText } from '../../objects';
import type { RunInfo } from '../../protocol';
import type { RunActions } from './actions';
import { RunButtons } from './buttons';
import { rateText } from './numbers';
import { RunState, RunTime } from './state';
import { titleText } from './words';

interface Props {
  run: RunInfo;
  top: number;
  index: number;
  selected: boolean;
  now: number;
  actions: RunActions;
  trans: TranslationBundle;
  onSelect: (id: string) => void;
}

export const RunRow = React.memo(function RunRow(props: Props): JSX.Element {
  const { run, top, index, selected, now, actions, trans, onSelect } = props;
  return (
    <div
      id={rowId(run.id)}
      className={`jp-DaisyRuns-row ${selected ? 'jp-mod-selected' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-daisy-run={run.id}
      data-daisy-state={run.state}
      style={{ top }}
      onClick={() => onSelect(run.id)}
    >
      <span role="gridcell" title={run.title}>
        {titleText(run)}
      </span>
      <span role="gridcell">
        <Results run={run} actions={actions} trans={trans} reachable={false} />
      </span>
      <span role="gridcell">
        <RunState run={run} trans={trans} />
      </span>
      <span role="gridcell" className="jp-DaisyNumber">
        {run.state === 'running' ? rateText(run.rate) : ''}
      </span>
      <span role="gridcell">
        <RunTime run={run} trans={trans} now={now} />
      </span>
      <span role="gridcell" className="jp-DaisyNumber">
        {run.peak_bytes ? bytesText(run.peak_bytes) : ''}
      </span>
      <span role="gridcell">
        <RunButtons run={run} actions={actions} trans={trans} inRow onBegan={onSelect} />
      </span>
    </div>
  );
});

interface ResultsProps {
  run: RunInfo;
  actions: RunActions;
  trans: TranslationBundle;
  reachable: boolean;
}

/** Names of what came out, or will; each opens its view. */
export function Results({ run, actions, trans, reachable }: ResultsProps): JSX.Element {
  if (run.state !== 'done') {
    return <span className="jp-DaisyRuns-awaited">{run.call?.into.join(', ')}</span>;
  }
  return (
    <>
      {run.made.map(name => {
        const version = run.versions[name];
        const label = version && version > 1 ? `${name} v${version}` : name;
        return actions.page.open ? (
          <button
            key={name}
            type="button"
            className="jp-DaisyLink"
            tabIndex={reachable ? 0 : -1}
            title={trans.__('Show %1', label)}
            onClick={event => {
              event.stopPropagation();
              actions.page.open?.(name, version);
            }}
          >
            {label}
          </button>
        ) : (
          <span key={name}>{label}</span>
        );
      })}
    </>
  );
}

/** Id of a row on the page. */
export function rowId(run: string): string {
  return `jp-DaisyRun-${run}`;
}
