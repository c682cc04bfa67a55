-- | What was sold, by day, in the organisation's time zone.
module Retail.Db.SalesReport (Span (..), today, salesDays, categoryDays, orderDays) where

import Data.Maybe (fromMaybe, isNothing)
import Data.Text (Text)
import Data.Time (Day, UTCTime)
import Database.PostgreSQL.Simple
import Retail.Contract.SalesReport
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Domain.Id

-- | The first and the last day, and the locations; 'Nothing' for all of them.
data Span = Span {first :: Day, last :: Day, places :: Maybe [Id "location"]}

-- | There, at the given time; and the time zone.
today :: Connection -> UTCTime -> IO (Day, Text)
today connection now = justOne =<< query connection "select (?::timestamptz at time zone time_zone)::date, time_zone from organisation" [now]

-- | Asks with the span's beginning and end at hand as @span@.
spanning :: FromRow row => Connection -> Span -> Query -> IO [row]
spanning connection Span {..} statement =
  query
    connection
    ( "with span as (select time_zone as zone, ?::date::timestamp at time zone time_zone as since, \
      \(?::date + 1)::timestamp at time zone time_zone as before, ? as everywhere from organisation), \
      \place as (select location.id from location, span where everywhere or location.id in ?) "
        <> statement
    )
    (first, last, isNothing places, In (fromMaybe [] places))

salesDays :: Connection -> Span -> IO [SalesDay]
salesDays connection wanted =
  spanning
    connection
    wanted
    "select day::text, till, till.name, sum(sales)::bigint, sum(refunds)::bigint, sum(total), sum(tax), sum(refunded), sum(refunded_tax), \
    \sum(cash), sum(card), sum(cash_back), sum(card_back) from (\
    \select (completed_at at time zone zone)::date as day, till, 1 as sales, 0 as refunds, total, tax, 0 as refunded, 0 as refunded_tax, \
    \coalesce((select sum(payment.amount) from payment where sale = sale.id and method = 'cash' and payment.state = 'settled'), 0) as cash, \
    \coalesce((select sum(payment.amount) from payment where sale = sale.id and method = 'card' and payment.state = 'settled'), 0) as card, \
    \0 as cash_back, 0 as card_back from sale, span where sale.state = 'completed' and completed_at >= since and completed_at < before \
    \union all select (at at time zone zone)::date, till, 0, 1, 0, 0, total, tax, 0, 0, \
    \case method when 'cash' then total + rounding else 0 end, case method when 'card' then total + rounding else 0 end \
    \from refund, span where at >= since and at < before\
    \) told join till on till.id = till where till.location in (select id from place) group by day, till, till.name order by day, till.name"

categoryDays :: Connection -> Span -> IO [CategoryDay]
categoryDays connection wanted =
  spanning
    connection
    wanted
    "select day::text, till, tax_category, tax_category.name, rate, sum(told.total), sum(told.tax), sum(refunded), sum(refunded_tax) from (\
    \select (completed_at at time zone zone)::date as day, till, variant, rate, sale_line.total, sale_line.tax, 0 as refunded, 0 as refunded_tax \
    \from sale join sale_line on sale_line.sale = sale.id, span where state = 'completed' and completed_at >= since and completed_at < before \
    \union all select (at at time zone zone)::date, till, variant, rate, 0, 0, refund_line.total, refund_line.tax \
    \from refund join refund_line on refund_line.refund = refund.id \
    \join sale_line on sale_line.sale = refund_line.sale and sale_line.position = refund_line.position, span where at >= since and at < before\
    \) told join till on till.id = till join variant on variant.id = told.variant join product on product.id = variant.product \
    \join tax_category on tax_category.id = product.tax_category \
    \where till.location in (select id from place) group by day, till, tax_category, tax_category.name, rate, till.name order by day, till.name, tax_category.name, rate"

orderDays :: Connection -> Span -> IO [OrderDay]
orderDays connection wanted =
  spanning
    connection
    wanted
    "select day::text, sum(orders)::bigint, sum(total), sum(tax), sum(refunded) from (\
    \select (paid_at at time zone zone)::date as day, 1 as orders, total, tax, 0 as refunded from web_order, span \
    \where paid_at >= since and paid_at < before and location in (select id from place) \
    \union all select (settled_at at time zone zone)::date, 0, 0, 0, order_payment.amount from order_payment join web_order on web_order.id = web_order, span \
    \where charge is not null and order_payment.state = 'settled' and settled_at >= since and settled_at < before and location in (select id from place)\
    \) told group by day order by day"
