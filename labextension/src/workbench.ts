/** Arranges JupyterLab as a workbench: algorithms left, data right, runs at the foot, a console below the notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IConsoleTracker } from '@jupyterlab/console';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

/** What it arranges. */
export interface Tools {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker | null;
  consoles: IConsoleTracker | null;
}

/** What the user wants of it. */
export interface Wishes {
  /** Whether a console is opened below the notebook. */
  console: boolean;
}

/** Ids of the panels beside the work, in the order in which they are opened. */
const PANELS = ['daisy-lab-algorithms', 'daisy-lab-data'];

/** Arrange it; gives the notebook, or the console where there is no notebook. */
export async function arrange(tools: Tools, wishes: Wishes, folder: string): Promise<Widget | null> {
  const { app, notebooks, consoles } = tools;
  const main = notebooks?.currentWidget ?? consoles?.currentWidget ?? (await newNotebook(tools, folder));
  const notebook = main && (notebooks?.find(panel => panel === main) ?? null);
  if (notebook && wishes.console) {
    await consoleBelow(tools, notebook);
  }
  PANELS.forEach(id => app.shell.activateById(id));
  await app.commands.execute('daisy:show-runs');
  if (main) {
    app.shell.activateById(main.id);
  }
  return main;
}

async function newNotebook({ app }: Tools, folder: string): Promise<Widget | null> {
  const { kernelspecs } = app.serviceManager;
  await kernelspecs.ready;
  const made: unknown = await app.commands.execute('notebook:create-new', {
    cwd: folder,
    kernelName: kernelspecs.specs?.default ?? ''
  });
  return made instanceof Widget ? made : null;
}

/** Open a console of the notebook's kernel, unless there is one. */
async function consoleBelow({ app, consoles }: Tools, notebook: NotebookPanel): Promise<void> {
  const { path } = notebook.context;
  await notebook.sessionContext.ready;
  const kernel = notebook.sessionContext.session?.kernel?.id;
  if (!consoles || !kernel || consoles.find(one => one.sessionContext.session?.kernel?.id === kernel)) {
    return;
  }
  const made: unknown = await app.commands.execute('console:create', {
    path,
    preferredLanguage: notebook.context.model.defaultKernelLanguage,
    activate: false,
    ref: notebook.id,
    insertMode: 'split-bottom',
    type: 'Linked Console'
  });
  // It takes the focus once it is ready; the notebook gets it back afterwards.
  await consoles.find(panel => panel === made)?.sessionContext.ready;
}
