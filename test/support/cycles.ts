/** Each circle once, written as the way round it. Tarjan's strongly connected components. */
export function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[] = [];

  const visit = (file: string): void => {
    const own = index.size;
    index.set(file, own);
    lowest.set(file, own);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file) ?? own, lowest.get(next) ?? own));
    }
    if (lowest.get(file) !== own) return;
    const component = stack.splice(stack.indexOf(file));
    const isCycle = component.length > 1 || graph.get(file)?.includes(file) === true;
    if (isCycle) cycles.push([...component, file].map((name) => `src/${name}`).join(' → '));
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return cycles;
}
