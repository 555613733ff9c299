/** Views of objects in the main area; they come back after a reload. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { isColourName } from '../imageColours';
import { IConnections, IViews } from '../tokens';
import { Views } from '../views/look/views';

const ID = 'daisy-lab:views';
const COMMAND = 'daisy-lab:open-view';

export const viewsPlugin: JupyterFrontEndPlugin<IViews> = {
  id: ID,
  description: 'Views of data objects: pictures, curves, tables, trees, texts.',
  autoStart: true,
  provides: IViews,
  requires: [IConnections],
  optional: [ILayoutRestorer, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    connections: IConnections,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null
  ): IViews => {
    const views = new Views(app, connections);
    app.commands.addCommand(COMMAND, { execute: args => views.openSaved(args) });
    const [args, name] = [views.argsOf.bind(views), views.nameOf.bind(views)];
    void restorer?.restore(views.tracker, { command: COMMAND, args, name });
    const take = (settings: ISettingRegistry.ISettings) => {
      const { follow, colours } = settings.composite;
      views.settings = { follow: follow !== false, colours: isColourName(colours) ? colours : 'grey' };
    };
    void registry?.load(ID).then(settings => {
      take(settings);
      settings.changed.connect(take);
    });
    return views;
  }
};
