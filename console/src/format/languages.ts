/** The languages in which a receiver is shown, and the file of each, fetched when it is wanted. */
import { queryOptions } from '@tanstack/react-query';

/** Names of languages are the same everywhere. */
export const codeLanguages = {
  php: { name: 'PHP', file: 'php.php' },
  java: { name: 'Java', file: 'java.java' },
  node: { name: 'Node', file: 'node.mjs' },
  python: { name: 'Python', file: 'python.py' },
  go: { name: 'Go', file: 'go.go' },
  ruby: { name: 'Ruby', file: 'ruby.rb' },
  csharp: { name: 'C#', file: 'csharp.cs' },
} as const;

export type CodeLanguage = keyof typeof codeLanguages;

const files = import.meta.glob<string>('./code/*', { query: '?raw', import: 'default' });

export const codeQuery = (language: CodeLanguage) =>
  queryOptions({
    queryKey: ['receiverCode', language],
    queryFn: () => (files[`./code/${codeLanguages[language].file}`] as () => Promise<string>)(),
    staleTime: Number.POSITIVE_INFINITY,
  });
