/** The name of the thing, and the way to its first page. */
import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import icon from './icon.svg';

export function Mark() {
  return (
    <Link to="/" className="mark">
      <Group gap={10} wrap="nowrap">
        <img src={icon} alt="" width={28} height={28} />
        <Text span fw={700} size="lg">
          Waybell
        </Text>
      </Group>
    </Link>
  );
}
