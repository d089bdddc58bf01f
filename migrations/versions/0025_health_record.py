"""The service's own health record."""

import sqlalchemy as sa
from alembic import op

revision = "0025_health_record"
down_revision = "0024_words_kept"


def upgrade() -> None:
    op.create_table('service_span',
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_span'))
    )
    op.create_index('ix_service_span_last_seen_at', 'service_span', ['last_seen_at'])


def downgrade() -> None:
    op.drop_index('ix_service_span_last_seen_at', table_name='service_span')
    op.drop_table('service_span')
