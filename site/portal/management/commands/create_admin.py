from __future__ import annotations

import os
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from home.enums import PortalGroup
from home.memberships import accounts_with


class Command(BaseCommand):
    help = (
        "The first administrator. Asks, or reads PORTAL_ADMIN_USERNAME, PORTAL_ADMIN_EMAIL and PORTAL_ADMIN_PASSWORD "
        "from the environment."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        username = self._value("PORTAL_ADMIN_USERNAME", "Tên đăng nhập: ")
        email = self._value("PORTAL_ADMIN_EMAIL", "Thư điện tử: ")
        users = get_user_model()
        if users.objects.filter(username__iexact=username).exists():
            raise CommandError(f"Đã có tài khoản {username}; không thay đổi gì.", returncode=1)
        if accounts_with(email).exists():
            raise CommandError(f"Địa chỉ {email} đã có tài khoản; không thay đổi gì.", returncode=1)
        user = users(username=username, email=email, is_staff=True, is_superuser=True)
        try:
            users._meta.get_field("username").clean(username, user)
            validate_email(email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        password = self._password(user)
        with transaction.atomic():
            user.set_password(password)
            user.save()
            user.groups.add(Group.objects.get_or_create(name=PortalGroup.ADMINISTRATOR.value)[0])
        self.stdout.write(f"Đã tạo quản trị viên {username}.")

    def _value(self, variable: str, question: str) -> str:
        if value := os.environ.get(variable, "").strip():
            return value
        if not sys.stdin.isatty():
            raise CommandError(f"Thiếu biến {variable}.", returncode=2)
        while not (value := input(question).strip()):
            pass
        return value

    def _password(self, user: Any) -> str:
        if password := os.environ.get("PORTAL_ADMIN_PASSWORD", ""):
            if problems := self._problems(password, user):
                raise CommandError(problems, returncode=2)
            return password
        if not sys.stdin.isatty():
            raise CommandError("Thiếu biến PORTAL_ADMIN_PASSWORD.", returncode=2)
        while True:
            password = getpass("Mật khẩu: ")
            if problems := self._problems(password, user):
                self.stderr.write(problems)
            elif getpass("Nhập lại mật khẩu: ") != password:
                self.stderr.write("Hai lần nhập không giống nhau.")
            else:
                return password

    @staticmethod
    def _problems(password: str, user: Any) -> str:
        try:
            validate_password(password, user)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""
