/** Commands on the objects that are chosen in the data panel: in its menu, in the palette, by keys. */
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { DataPanel } from './panel';

/** One command of the panel. */
interface Command {
  id: string;
  /** In the menu, where one sees what it is about; in the palette `called` says so. */
  label: string;
  called: string;
  does: () => unknown;
  enabled: () => boolean;
  /** Key while the list has the focus. */
  key?: string;
  /** Command after a line in the menu. */
  begins?: boolean;
}

/** Schema of the arguments that every command takes. */
const ARGS = { type: 'object', properties: { palette: { type: 'boolean' } } };
const LIST = '.jp-DaisyData-list';

/** Add them all. */
export function addDataCommands(
  app: JupyterFrontEnd,
  panel: DataPanel,
  palette: ICommandPalette | null
): void {
  const { trans } = panel;
  commandsOf(panel, trans).forEach(({ id, label, called, does, enabled, key, begins }, rank) => {
    app.commands.addCommand(id, {
      label: args => (args.palette ? called : label),
      execute: () => does(),
      isEnabled: () => panel.isReady && enabled(),
      describedBy: { args: ARGS }
    });
    palette?.addItem({ command: id, category: trans.__('Daisy'), args: { palette: true } });
    if (begins) {
      app.contextMenu.addItem({ type: 'separator', selector: LIST, rank: rank - 0.5 });
    }
    app.contextMenu.addItem({ command: id, selector: LIST, rank });
    if (key) {
      app.commands.addKeyBinding({ command: id, keys: [key], selector: `${LIST}:focus` });
    }
  });
}

function commandsOf(panel: DataPanel, trans: TranslationBundle): Command[] {
  const { list, actions } = panel;
  const { views, writing } = actions.means;
  const single = () => list.single;
  const one = () => single() !== null;
  const some = () => list.objectsChosen.length > 0;
  return [
    {
      id: 'daisy:open-object',
      label: trans.__('Open'),
      called: trans.__('Open the chosen data objects'),
      key: 'Enter',
      does: () => actions.openChosen(),
      enabled: () => list.chosen.size > 0 && (views !== null || single() === null)
    },
    {
      id: 'daisy:rename-object',
      label: trans.__('Rename'),
      called: trans.__('Rename the chosen data object'),
      key: 'F2',
      does: () => list.rename(single()?.name ?? null),
      enabled: one
    },
    {
      id: 'daisy:delete-objects',
      label: trans.__('Delete'),
      called: trans.__('Delete the chosen data objects'),
      key: 'Delete',
      does: () => actions.remove(list.objectsChosen),
      enabled: some
    },
    ...looking(panel, trans),
    {
      id: 'daisy:save-object',
      label: trans.__('Save…'),
      called: trans.__('Save the chosen data object…'),
      begins: true,
      does: () => withOne(panel, object => actions.save(object)),
      enabled: one
    },
    {
      id: 'daisy:insert-object',
      label: trans.__('Insert into the notebook'),
      called: trans.__('Insert the chosen data objects into the notebook'),
      does: () => actions.insertChosen(),
      enabled: () => writing !== null && some()
    },
    ...steps(panel, trans)
  ];
}

function looking(panel: DataPanel, trans: TranslationBundle): Command[] {
  const { list, actions } = panel;
  return [
    {
      id: 'daisy:show-versions',
      label: trans.__('Versions…'),
      called: trans.__('Versions of the chosen data object…'),
      begins: true,
      does: () => withOne(panel, object => actions.versions(object)),
      enabled: () => list.single !== null
    },
    {
      id: 'daisy:compare-objects',
      label: trans.__('Compare'),
      called: trans.__('Compare two data objects, or one with the version before'),
      does: () => actions.compareChosen(),
      enabled: () => list.objectsChosen.length === 2 || (list.single?.version ?? 0) > 1
    },
    {
      id: 'daisy:show-lineage',
      label: trans.__('How was this made?'),
      called: trans.__('How was the chosen data object made?'),
      does: () => withOne(panel, object => actions.lineage(object)),
      enabled: () => list.single !== null
    }
  ];
}

function steps(panel: DataPanel, trans: TranslationBundle): Command[] {
  const { actions } = panel;
  return [
    {
      id: 'daisy:undo',
      label: trans.__('Undo in the store'),
      called: trans.__('Undo the last change of the store'),
      key: 'Accel Z',
      begins: true,
      does: () => actions.undo(),
      enabled: () => panel.state?.canUndo ?? false
    },
    {
      id: 'daisy:redo',
      label: trans.__('Redo in the store'),
      called: trans.__('Redo what was undone in the store'),
      key: 'Accel Shift Z',
      does: () => actions.redo(),
      enabled: () => panel.state?.canRedo ?? false
    }
  ];
}

function withOne(panel: DataPanel, act: (object: NonNullable<DataPanel['list']['single']>) => unknown): void {
  const { single } = panel.list;
  if (single) {
    act(single);
  }
}
