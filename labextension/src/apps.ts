/** Apps that the server offers, read from its answer; knows no page. */

/** One app. */
export interface App {
  name: string;
  title: string;
  /** Where it is, below the server's own address. */
  url: string;
  /** A picture inside its own address (`data:image/...`); empty where it has none. */
  icon: string;
}

/** Take what is an app, and leave the rest. */
export function appsOf(answer: unknown): App[] {
  return (Array.isArray(answer) ? answer : []).flatMap((item: unknown) => {
    const [name, title, url, icon] = ['name', 'title', 'url', 'icon'].map(key => textAt(item, key));
    return name && url
      ? [{ name, title: title || name, url, icon: icon?.startsWith('data:image/') ? icon : '' }]
      : [];
  });
}

/** Its picture as an SVG, in which a picture is only looked at; empty where it has none. */
export function pictureOf({ icon }: App): string {
  const href = icon.replace(/[<>"&]/g, '');
  return icon
    ? `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><image href="${href}" width="48" height="48"/></svg>`
    : '';
}

/** The whole address of an app; none where it would lead to another server. */
export function addressOf(app: App, base: string): string | null {
  const from = new URL(base);
  try {
    const address = new URL(app.url, from);
    return address.origin === from.origin ? address.href : null;
  } catch {
    return null;
  }
}

function textAt(item: unknown, key: string): string {
  if (typeof item !== 'object' || item === null || !(key in item)) {
    return '';
  }
  const value: unknown = Object.entries(item).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : '';
}
