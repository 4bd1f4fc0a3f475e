/** One shipment: where it stands, its way so far, the webhooks that it caused, and all that can be done with it. */
import './style.css';
import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMayWrite } from '../session/session.ts';
import { Instant } from '../shell/Instant.tsx';
import { Loaded } from '../shell/Loaded.tsx';
import { AnchorLink } from '../shell/links.tsx';
import { Page } from '../shell/Page.tsx';
import { Copy } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { Caused } from './Caused.tsx';
import { Checkpoints } from './Checkpoints.tsx';
import { Edit } from './Edit.tsx';
import { editable } from './FieldInputs.tsx';
import { ManualStatus } from './ManualStatus.tsx';
import { ShipmentActions } from './ShipmentActions.tsx';
import { AttentionMark, StatusMark } from './StatusMark.tsx';
import { type Shipment, shipmentQuery, useCourierNames } from './shipments.ts';

const route = getRouteApi('/shell/shipments/$id');

export function ShipmentPage() {
  const { id } = route.useParams();
  const { t } = useTranslation();
  const query = useQuery(shipmentQuery(id));
  // A shipment that was deleted meanwhile, by whomever, is not shown as if it were there.
  if (query.data !== undefined && query.error === null) return <OneShipment shipment={query.data} />;
  return (
    <Page title={t('shipments.one')}>
      <Loaded query={{ ...query, data: undefined }}>{() => null}</Loaded>
    </Page>
  );
}

function OneShipment({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const nameOf = useCourierNames();
  const { attention, archived, stopped, manual } = shipment;
  return (
    <Page
      title={shipment.tracking_number}
      about={
        <Group gap="xs">
          <StatusMark status={shipment.status} />
          <AttentionMark attention={attention} />
          {manual && <Badge>{t('manual.badge')}</Badge>}
          {stopped && <Badge>{t('shipment.stopped')}</Badge>}
          {archived && <Badge>{t('shipment.archived')}</Badge>}
        </Group>
      }
      actions={mayWrite && <ShipmentActions shipment={shipment} />}
    >
      <Section title={t('shipment.facts')} actions={mayWrite && <Edit shipment={shipment} />}>
        <Facts shipment={shipment} nameOf={nameOf} />
      </Section>
      {mayWrite && <ManualStatus shipment={shipment} />}
      <Checkpoints shipment={shipment} nameOf={nameOf} />
      <Caused id={shipment.id} />
    </Page>
  );
}

function Facts({ shipment, nameOf }: { shipment: Shipment; nameOf: (code: string) => string }) {
  const { t } = useTranslation();
  const { courier_code: courier, destination_courier_code: destination, track_url: url } = shipment;
  const said = editable.filter((field) => field !== 'destination_courier_code' && shipment[field] !== null);
  return (
    <dl className="facts">
      <dt>{t('field.courier_code')}</dt>
      <dd>
        {courier === null ? (
          <Text span inherit c="dimmed">
            {t('shipments.unknownCourier')}
          </Text>
        ) : (
          nameOf(courier)
        )}
      </dd>
      {destination !== null && (
        <>
          <dt>{t('field.destination_courier_code')}</dt>
          <dd>{nameOf(destination)}</dd>
        </>
      )}
      {said.map((field) => (
        <Fact key={field} name={t(`field.${field}`)} value={shipment[field] as string} />
      ))}
      {url !== null && (
        <>
          <dt>{t('shipment.trackUrl')}</dt>
          <dd>
            <Group gap="sm">
              <Anchor href={url} target="_blank" rel="noreferrer" className="mono">
                {url}
              </Anchor>
              <Copy text={url} label={t('shipment.copyUrl')} />
            </Group>
          </dd>
        </>
      )}
      <dt>{t('shipment.createdAt')}</dt>
      <dd>
        <Instant at={shipment.created_at} />
      </dd>
      <dt>{t('shipment.updatedAt')}</dt>
      <dd>
        <Instant at={shipment.updated_at} />{' '}
        <Text span inherit c="dimmed">
          {t('deliveries.revision', { revision: shipment.revision })}
        </Text>
      </dd>
      <dt>{t('shipment.substatus')}</dt>
      <dd className="mono">{shipment.substatus}</dd>
      {shipment.generation > 1 && (
        <>
          <dt>{t('shipment.life')}</dt>
          <dd>
            {t('shipment.lifeIs', { number: shipment.generation })}{' '}
            <AnchorLink inherit to="/shipments" search={{ search: shipment.tracking_number }}>
              {t('shipment.lives')}
            </AnchorLink>
          </dd>
        </>
      )}
      <dt>{t('id')}</dt>
      <dd className="mono">{shipment.id}</dd>
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}
