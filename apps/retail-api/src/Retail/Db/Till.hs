-- | Tills, their sessions, and what a session adds up to.
module Retail.Db.Till
  ( listTills,
    addTill,
    tillLocation,
    addSession,
    listSessions,
    findSession,
    lockSession,
    Lock (..),
    setSessionState,
    setCounted,
    closeSession,
    addCashMovement,
    takeReceiptNumber,
    reportOf,
    keptReport,
  )
where

import Control.Monad (void)
import Data.ByteString.Lazy qualified as Lazy
import Data.Maybe (fromMaybe, isNothing)
import Data.Text.Encoding (decodeUtf8, encodeUtf8)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import Retail.Contract.Till
import Retail.Contract.Wire (encodeBytes)
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.TillSession (Drawer (..), SessionState)
import Retail.Domain.TillSession qualified as Drawer

type Organisation = Id "organisation"

listTills :: Database -> Organisation -> IO [Till]
listTills database organisation =
  readTenant
    database
    organisation
    "select id, location, name, (select id from till_session where till = till.id and till_session.state <> 'closed') from till order by name"
    ()

addTill :: Connection -> Id "till" -> NewTill -> IO ()
addTill connection till NewTill {..} =
  void (execute connection "insert into till (id, location, name) values (?, ?, ?)" (till, locationId, name))

tillLocation :: Connection -> Id "till" -> IO (Maybe (Id "location"))
tillLocation connection till = fmap fromOnly . one <$> query connection "select location from till where id = ?" [till]

sessionColumns :: Query
sessionColumns = sessionRows <> "where till_session.id = ?"

sessionRows :: Query
sessionRows =
  "select till_session.id, till, till.location, state, opening_float, opened_at, closed_at \
  \from till_session join till on till.id = till_session.till "

-- | Those of one till, or of all at the given places; the newest first, after the given one.
listSessions :: Database -> Organisation -> Maybe [Id "location"] -> Maybe (Id "till") -> Maybe (Id "till-session") -> Int -> IO [TillSession]
listSessions database organisation places till after limit =
  readTenant
    database
    organisation
    ( sessionRows
        <> "where (? or till.location in ?) and (?::uuid is null or till = ?) \
           \and (?::uuid is null or (opened_at, till_session.id) < (select opened_at, id from till_session where id = ?)) \
           \order by opened_at desc, till_session.id desc limit ?"
    )
    (isNothing places, In (fromMaybe [] places), till, till, after, after, limit)

addSession :: Connection -> Id "till-session" -> Id "staff" -> OpenTill -> IO ()
addSession connection session staff OpenTill {..} =
  void $
    execute
      connection
      "insert into till_session (id, till, state, opening_float, opened_by) values (?, ?, 'open', ?, ?)"
      (session, tillId, openingFloat, staff)

findSession :: Connection -> Id "till-session" -> IO (Maybe TillSession)
findSession connection session = one <$> query connection sessionColumns [session]

-- | Sales of a session may happen beside each other, but not beside its count and close.
data Lock = Shared | Exclusive

lockSession :: Lock -> Connection -> Id "till-session" -> IO (Maybe TillSession)
lockSession lock connection session = one <$> query connection (sessionColumns <> locking) [session]
  where
    locking = case lock of
      Shared -> " for share of till_session"
      Exclusive -> " for update of till_session"

setSessionState :: Connection -> Id "till-session" -> SessionState -> IO ()
setSessionState connection session state =
  void (execute connection "update till_session set state = ? where id = ?" (state, session))

setCounted :: Connection -> Id "till-session" -> Money -> IO ()
setCounted connection session counted =
  void (execute connection "update till_session set counted = ? where id = ?" (counted, session))

closeSession :: Connection -> Id "till-session" -> Id "staff" -> UTCTime -> Report -> IO ()
closeSession connection session staff now report =
  void $
    execute
      connection
      "update till_session set state = 'closed', closed_by = ?, closed_at = ?, report = ? where id = ?"
      (staff, now, decodeUtf8 (Lazy.toStrict (encodeBytes report)), session)

-- | The Z-report as it was kept.
keptReport :: Database -> Organisation -> Id "till-session" -> IO (Maybe Lazy.ByteString)
keptReport database organisation session = do
  rows <- readTenant database organisation "select report from till_session where id = ?" [session]
  pure (Lazy.fromStrict . encodeUtf8 <$> (one rows >>= fromOnly))

addCashMovement :: Connection -> Id "cash-movement" -> Id "till-session" -> Id "staff" -> CashMovement -> IO ()
addCashMovement connection movement session staff CashMovement {..} =
  void $
    execute
      connection
      "insert into cash_movement (id, session, amount, reason, staff) values (?, ?, ?, ?, ?)"
      (movement, session, signed, reason, staff)
  where
    signed = case direction of
      PaidIn -> amount
      PaidOut -> negative amount

-- | The till's next number. Its row stays locked until the transaction ends: no gap, no double.
takeReceiptNumber :: Connection -> Id "till" -> IO Int
takeReceiptNumber connection till =
  fromOnly <$> (justOne =<< query connection "update till set next_receipt = next_receipt + 1 where id = ? returning next_receipt - 1" [till])

-- | What the session adds up to now. To be closed with, its row has to be locked.
reportOf :: Connection -> TillSession -> IO Report
reportOf connection TillSession {..} = do
  (till, countedCash) <- justOne =<< query connection "select till.name, counted from till_session join till on till.id = till where till_session.id = ?" [tillSessionId]
  (sales, saleNet, saleTax, saleTotal, saleRounding) <- ask "select count(*), coalesce(sum(net), 0), coalesce(sum(tax), 0), coalesce(sum(total), 0), coalesce(sum(rounding), 0) from sale where session = ? and state = 'completed'"
  (refunds, backNet, backTax, backTotal, backRounding) <- ask "select count(*), coalesce(sum(net), 0), coalesce(sum(tax), 0), coalesce(sum(total), 0), coalesce(sum(rounding), 0) from refund where session = ?"
  (cashSales, cardSales) <- ask (perMethod "amount" "payment where state = 'settled' and")
  (cashRefunds, cardRefunds) <- ask (perMethod "total + rounding" "refund where")
  (paidIn, paidOut) <- ask "select coalesce(sum(amount) filter (where amount > 0), 0), coalesce(-sum(amount) filter (where amount < 0), 0) from cash_movement where session = ?"
  (firstReceipt, lastReceipt) <- query connection "select min(receipt), max(receipt) from (select receipt from sale where session = ? and receipt is not null union all select receipt from refund where session = ?) numbers" (tillSessionId, tillSessionId) >>= justOne
  taxes <- query connection taxesSold (tillSessionId, tillSessionId)
  let drawer = Drawer {openingFloat, paidIn, paidOut, cashSales, cashRefunds}
      expected = Drawer.expectedCash drawer
  pure
    Report
      { net = saleNet `minus` backNet,
        tax = saleTax `minus` backTax,
        total = saleTotal `minus` backTotal,
        rounding = saleRounding `minus` backRounding,
        expectedCash = expected,
        difference = (`minus` expected) <$> countedCash,
        ..
      }
  where
    ask :: FromRow row => Query -> IO row
    ask statement = justOne =<< query connection statement [tillSessionId]
    perMethod amount table =
      "select coalesce(sum(" <> amount
        <> ") filter (where method = 'cash'), 0), \
           \coalesce(sum("
        <> amount
        <> ") filter (where method = 'card'), 0) from "
        <> table
        <> " session = ?"
    taxesSold =
      "select rate, sum(net), sum(tax) from (\
      \select rate, sale_line.net, sale_line.tax from sale join sale_line on sale_line.sale = sale.id where session = ? and state = 'completed' \
      \union all select rate, -refund_line.net, -refund_line.tax from refund join refund_line on refund_line.refund = refund.id \
      \join sale_line on sale_line.sale = refund_line.sale and sale_line.position = refund_line.position where refund.session = ?) \
      \taxed group by rate order by rate"
