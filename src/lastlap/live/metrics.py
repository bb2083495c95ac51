"""Figures for Prometheus: who watches, what is sent, how the log and the devices are."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from lastlap.live.hall import Hall


class _Figures:
    """Reads the figures off the hall when somebody asks."""

    def __init__(self, hall: Hall) -> None:
        self._site = hall

    def collect(self) -> Iterator[Metric]:
        """The figures as they are now."""
        hall = self._site
        watched = GaugeMetricFamily("lastlap_streams", "Open streams, by what they watch.", labels=["kind"])
        kinds: dict[str, int] = {}
        for name, channel in hall.hub.channels.items():
            kind = name.partition(":")[0]
            kinds[kind] = kinds.get(kind, 0) + len(channel.streams)
        for kind, count in kinds.items():
            watched.add_metric([kind], count)
        yield watched
        yield CounterMetricFamily("lastlap_frames", "Frames written to streams.", value=hall.hub.written)
        yield CounterMetricFamily(
            "lastlap_passed_over",
            "Times a client was passed over, as it had not read.",
            value=hall.hub.passed_over,
        )
        yield GaugeMetricFamily("lastlap_records", "Records in the meet's log.", value=hall.rink.version)
        yield GaugeMetricFamily(
            "lastlap_log_writable", "1 if the log takes what is said.", value=int(not hall.disk)
        )
        waiting = hall.capture.waiting if hall.capture else 0
        yield GaugeMetricFamily("lastlap_records_waiting", "Records the disk refused so far.", value=waiting)
        yield from self._devices()
        answered = CounterMetricFamily("lastlap_answers", "Answers, by status.", labels=["status"])
        for status, count in sorted(hall.answered.items()):
            answered.add_metric([str(status)], count)
        yield answered

    def _devices(self) -> Iterator[Metric]:
        well = GaugeMetricFamily("lastlap_device_ok", "1 if the device is heard.", labels=["device"])
        for device in self._site.devices:
            well.add_metric([device.name], int(device.word == "ok"))
        yield well


def exposition(hall: Hall) -> bytes:
    """All figures as text."""
    registry = CollectorRegistry()
    registry.register(_Figures(hall))
    return generate_latest(registry)
