/** The bar above the list: which page, which runs, and what may be made of them. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunActions } from './actions';
import { CHOICES, type Choice } from './list';
import { choiceText } from './words';

/** Pages of the panel. */
export type Tab = 'runs' | 'workflow';

interface ChoiceProps {
  choice: Choice;
  many: Record<Choice, number>;
  trans: TranslationBundle;
  onChoice: (choice: Choice) => void;
}

export function ChoiceMenu({ choice, many, trans, onChoice }: ChoiceProps): JSX.Element {
  return (
    <select
      className="jp-DaisyField"
      aria-label={trans.__('Which runs are shown')}
      value={choice}
      onChange={event => onChoice(CHOICES.find(name => name === event.target.value) ?? 'all')}
    >
      {CHOICES.map(name => (
        <option key={name} value={name}>
          {choiceText(name, many[name], trans)}
        </option>
      ))}
    </select>
  );
}

interface TabsProps {
  tab: Tab;
  runs: number;
  steps: number;
  trans: TranslationBundle;
  onTab: (tab: Tab) => void;
}

export function Tabs({ tab, runs, steps, trans, onTab }: TabsProps): JSX.Element {
  const tabs: [Tab, string][] = [
    ['runs', trans.__('Runs (%1)', runs)],
    ['workflow', trans.__('Workflow (%1)', steps)]
  ];
  const turn = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const other = tab === 'runs' ? 'workflow' : 'runs';
      onTab(other);
      event.currentTarget.querySelector<HTMLElement>(`#jp-DaisyRuns-${other}`)?.focus();
    }
  };
  return (
    <div
      role="tablist"
      aria-label={trans.__('Runs and workflow')}
      className="jp-DaisyRuns-tabs"
      onKeyDown={turn}
    >
      {tabs.map(([name, label]) => (
        <button
          key={name}
          id={`jp-DaisyRuns-${name}`}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls="jp-DaisyRuns-page"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => onTab(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

interface MakingProps {
  tab: Tab;
  actions: RunActions;
  empty: boolean;
  trans: TranslationBundle;
}

/** Buttons that turn the history, or the workflow being put together, into a file or a script. */
export function Making({ tab, actions, empty, trans }: MakingProps): JSX.Element {
  const history = tab === 'runs';
  return (
    <>
      {actions.page.file && (
        <button
          type="button"
          className="jp-DaisyButton"
          disabled={empty}
          title={
            history
              ? trans.__(
                  'Save what led to the objects that are there as a workflow file beside the notebook.'
                )
              : trans.__('Save these steps as a workflow file beside the notebook.')
          }
          onClick={() => (history ? actions.saveHistory() : actions.saveWorkflow())}
        >
          {trans.__('Save as workflow')}
        </button>
      )}
      {actions.page.insert && (
        <button
          type="button"
          className="jp-DaisyButton"
          disabled={empty}
          title={
            history
              ? trans.__('Insert what led to the objects that are there as a script.')
              : trans.__('Insert these steps as a script.')
          }
          onClick={() => (history ? actions.insertHistory() : actions.insertWorkflow())}
        >
          {trans.__('Insert as Python')}
        </button>
      )}
      {!history && (
        <button
          type="button"
          className="jp-DaisyButton"
          disabled={empty}
          onClick={() => actions.clearWorkflow()}
        >
          {trans.__('Clear')}
        </button>
      )}
    </>
  );
}
