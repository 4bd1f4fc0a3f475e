/** A sample beside the explanation of what is in it: looking at one of the two shows where it stands in the other. */
import { Grid, Stack } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { FieldRows } from './FieldRows.tsx';
import type { Field } from './fields.ts';
import { useLooked } from './paths.ts';
import { Sample } from './Sample.tsx';
import type { SampleLine } from './sample.ts';

interface ExplainedProps {
  readonly fields: readonly Field[];
  readonly lines: readonly SampleLine[];
  readonly examples: ReadonlyMap<string, string>;
  readonly fieldsLabel: string;
  readonly sampleLabel: string;
  readonly plain?: boolean;
  /** Above and below the sample. */
  readonly below?: ReactNode;
}

export function Explained(props: ExplainedProps) {
  const { fields, lines, examples, fieldsLabel, sampleLabel, plain = false, below } = props;
  const around = useRef<HTMLDivElement>(null);
  const looked = useLooked((path) => {
    const named = `[data-path="${CSS.escape(path)}"]`;
    const row = around.current?.querySelector(`.fieldRow:has(${named})`);
    row?.scrollIntoView({ block: 'nearest' });
    showIn(around.current?.querySelector('.code'), `[data-line="${CSS.escape(path)}"]`);
  });
  return (
    <div ref={around} {...looked.handlers}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }} order={{ base: 2, lg: 1 }}>
          <FieldRows fields={fields} examples={examples} active={looked.active} label={fieldsLabel} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }} order={{ base: 1, lg: 2 }}>
          <Stack gap="sm" className="sampleBeside">
            <Sample lines={lines} active={looked.active} label={sampleLabel} plain={plain} />
            {below}
          </Stack>
        </Grid.Col>
      </Grid>
    </div>
  );
}

/** Within its own box, so that the page stays where it is. */
function showIn(box: Element | null | undefined, selector: string): void {
  const line = box?.querySelector<HTMLElement>(selector);
  if (!box || !line) return;
  const top = line.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (top < 0 || top > box.clientHeight - line.offsetHeight) box.scrollTop += top - box.clientHeight / 3;
}
