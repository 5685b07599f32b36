"""Finds an appointment of a citizen; one of somebody else is as good as none."""

from __future__ import annotations

from datetime import datetime

from bot.appointments.appointment import Appointment, AppointmentState, NoAppointment
from bot.consular.identity import normal_reference
from bot.services.record_ports import Appointments


def own_appointment(
    appointments: Appointments, conversation_id: str, *, reference: str, now: datetime
) -> Appointment:
    """The citizen's booked appointment with this reference.

    Args:
        reference: as the citizen wrote it.

    Raises:
        NoAppointment: there is none, it is somebody else's, it is over or it was cancelled.
    """
    found = appointments.by_reference(normal_reference(reference))
    is_own = found is not None and found.conversation_id == conversation_id
    if found is None or not is_own:
        raise NoAppointment
    if found.state is not AppointmentState.BOOKED or found.ends_at <= now:
        raise NoAppointment
    return found
