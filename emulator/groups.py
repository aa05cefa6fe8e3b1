"""Group chats: who is in them, and the bot coming and going."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.chats import Group
from emulator.phones import Phones, source


class Groups(Phones):
    """Phones whose owners gather."""

    def add_group(self, name: str, members: Sequence[str], *, room: bool = False) -> str:
        """Make a group of these people and invite the bot; returns the group's id."""
        with self.lock:
            for member in members:
                self.person(member)
            copies, made = 1, self.ids.named("R" if room else "C", name)
            while made in self.groups:
                copies += 1
                made = self.ids.named(made[0], f"{name} {copies}")
            group = self.groups[made] = Group(made, name, list(members))
            self.show(made, "system", {"type": "join"})
            event = self.event("join", source(None, group), reply_to=made)
        self.deliver(event)
        return made

    def join_group(self, group_id: str, user_id: str) -> str:
        """Bring somebody into a group the bot is in."""
        with self.lock:
            person, group = self.person(user_id), self.group(group_id)
            if user_id not in group.members:
                group.members.append(user_id)
            self.show(group_id, "system", {"type": "memberJoined", "name": person.name})
            joined = {"members": [source(user_id)]}
            event = self.event(
                "memberJoined", source(None, group), reply_to=group_id, joined=joined
            )
        return self.deliver(event)

    def leave_group(self, group_id: str, user_id: str) -> str:
        """Somebody leaves a group."""
        with self.lock:
            person, group = self.person(user_id), self.group(group_id)
            if user_id in group.members:
                group.members.remove(user_id)
            self.show(group_id, "system", {"type": "memberLeft", "name": person.name})
            left = {"members": [source(user_id)]}
            event = self.event("memberLeft", source(None, group), left=left)
        return self.deliver(event)

    def remove_bot(self, group_id: str) -> str:
        """Put the bot out of a group."""
        with self.lock:
            group = self.group(group_id)
            group.present = False
            self.show(group_id, "system", {"type": "leave"})
            event = self.event("leave", source(None, group))
        return self.deliver(event)
