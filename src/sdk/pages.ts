/** Lists, which come in pages: what is asked for, what comes back, and going through all of it. */

/** A list in pages: `for await` goes through all of it, `page()` fetches the first page alone. */
export interface CursorList<T> extends AsyncIterable<T> {
  page(): Promise<Page<T>>;
}

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export interface Query {
  cursor?: string | undefined;
  /** Rows a page, 1 to 500. */
  limit?: number | undefined;
}

export function makeCursorList<T>(fetchPage: (more: Query) => Promise<Page<T>>, query: Query): CursorList<T> {
  return {
    page: () => fetchPage({}),
    async *[Symbol.asyncIterator]() {
      let cursor = query.cursor;
      while (true) {
        const page: Page<T> = await fetchPage({ cursor });
        yield* page.data;
        // The log of events always has a next cursor; at its end it leads no further. An empty page of others may.
        if (page.next_cursor === null || page.next_cursor === cursor) return;
        cursor = page.next_cursor;
      }
    },
  };
}

export function queryOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
