/** The news of other processes where there are none. */
import type { NewsReader } from '../../src/shards/news.ts';

export const noNews: Pick<NewsReader, 'heard' | 'catchUp' | 'freshly'> = {
  heard: () => 0,
  async catchUp() {},
  freshly: (decide) => decide(0),
};
