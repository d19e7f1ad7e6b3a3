/** A place in a text file. Lines and columns count from 1; columns count UTF-16 units. */
export interface Position {
  /** The file as it was given to the reader: a path, or a name such as `modules.conf`. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column of the first character concerned, from 1. */
  readonly column?: number | undefined;
}

/** `file:line` or `file:line:column`, as editors and compilers write it. */
export function formatPosition(position: Position): string {
  const { file, line, column } = position;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}
