/** The launcher's tiles of apps, read from the server whenever a launcher opens: a new app needs no restart. */
import type { ILabShell } from '@jupyterlab/application';
import type { ILauncher } from '@jupyterlab/launcher';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { DisposableSet } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';

import { addressOf, type App, appsOf, pictureOf } from './apps';
import { daisyIcon } from './views/icons';

export class AppTiles {
  constructor(
    private readonly commands: CommandRegistry,
    private readonly launcher: ILauncher,
    private readonly settings: ServerConnection.ISettings,
    private readonly category: string
  ) {}

  /** Read them anew when a launcher comes to the front. */
  watch(shell: ILabShell): void {
    shell.currentChanged.connect((_, { newValue }) => {
      if (newValue && isLauncher(newValue)) {
        void this.refresh();
      }
    });
  }

  async refresh(): Promise<void> {
    const apps = await this.ask();
    const told = JSON.stringify(apps);
    if (told !== this.told) {
      this.told = told;
      this.tiles.dispose();
      this.tiles = new DisposableSet();
      apps.forEach((app, rank) => this.add(app, rank));
    }
  }

  private add(app: App, rank: number): void {
    const address = addressOf(app, new URL(this.settings.baseUrl, window.location.href).href);
    const command = `daisy:open-app-${app.name}`;
    if (address === null || this.commands.hasCommand(command)) {
      return;
    }
    const svgstr = pictureOf(app);
    const icon = svgstr ? new LabIcon({ name: `daisy-lab:app-${app.name}`, svgstr }) : daisyIcon;
    this.tiles.add(
      this.commands.addCommand(command, {
        label: app.title,
        icon,
        describedBy: { args: {} },
        execute: () => void window.open(address, '_blank', 'noopener')
      })
    );
    this.tiles.add(this.launcher.add({ command, category: this.category, rank: 10 + rank }));
  }

  /** An older server, or one without the extension, offers none. */
  private async ask(): Promise<App[]> {
    try {
      const url = URLExt.join(this.settings.baseUrl, 'daisy-lab', 'apps');
      const answer = await ServerConnection.makeRequest(url, {}, this.settings);
      return answer.ok ? appsOf(await answer.json()) : [];
    } catch {
      return [];
    }
  }

  private told = '[]';
  private tiles = new DisposableSet();
}

function isLauncher(widget: Widget): boolean {
  return widget.id.startsWith('launcher');
}
