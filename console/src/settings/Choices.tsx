/** A group of boxes to tick, any number of them, under a heading of their own. */
import { Checkbox, Text } from '@mantine/core';

interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly string[];
  readonly disabled?: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { label, options, chosen, disabled = false, onChange } = props;
  return (
    <fieldset className="plainFieldset choices" disabled={disabled}>
      <Text component="legend" size="sm" fw={500} p={0}>
        {label}
      </Text>
      <div className="statuses">
        {options.map(({ value, label: one }) => (
          <Checkbox
            key={value}
            label={one}
            checked={chosen.includes(value)}
            onChange={() =>
              onChange(
                chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value],
              )
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
