/** The rows of a tree that is partly open. */
import type { TreeNode } from '../../protocol';

/** Open branches, by the path to them, each with its children. */
export type Branches = Map<string, TreeNode>;

export interface Row {
  id: string;
  path: string[];
  level: number;
  key: string;
  text: string;
  branch: boolean;
  open: boolean;
  /** Children that were left out; such a row stands for them. */
  missing: number;
  node: TreeNode;
}

/** Give the rows from above to below. */
export function rowsOf(root: TreeNode, open: Branches): Row[] {
  const rows: Row[] = [];
  const visit = (node: TreeNode, path: string[], level: number) => {
    const id = idOf(path);
    const opened = open.get(id);
    const branch = node.children.length > 0 || node.more > 0;
    const row = {
      id,
      path,
      level,
      key: node.key,
      text: node.text,
      branch,
      open: Boolean(opened),
      missing: 0,
      node
    };
    rows.push(row);
    opened?.children.forEach(child => visit(child, [...path, child.key], level + 1));
    if (opened?.more) {
      const rest = {
        ...row,
        id: `${id}/…`,
        level: level + 1,
        key: '…',
        text: '',
        branch: false,
        open: false
      };
      rows.push({ ...rest, missing: opened.more });
    }
  };
  visit(root, [], 0);
  return rows;
}

/** Give a path as one text; a slash in a key does not look like two keys. */
export function idOf(path: string[]): string {
  return path.length ? JSON.stringify(path) : '';
}
