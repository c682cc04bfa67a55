-- | Staff, their sessions and their PINs.
module Retail.Db.Staff
  ( findLogin,
    findSession,
    grantOf,
    addSession,
    removeSession,
    findMember,
    listStaff,
    addStaff,
    findOrganisation,
    PinOnFile (..),
    lockPin,
    notePinFailure,
    forgetPinFailures,
    listAudit,
  )
where

import Control.Monad (void)
import Data.ByteString (ByteString)
import Data.Map.Strict qualified as Map
import Data.Maybe (isJust)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime)
import Data.UUID.Types qualified as UUID
import Database.PostgreSQL.Simple
import Database.PostgreSQL.Simple.Types (PGArray (..))
import Retail.Contract.Staff
import Retail.Contract.Wire (enumText)
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Role (Role)

findLogin :: Database -> Text -> Text -> IO (Maybe (Id "organisation", Id "staff", ByteString))
findLogin database slug email = do
  rows <- readAnywhere database "select * from find_login(?, ?)" (slug, email)
  pure ((\(organisation, staff, Binary stored) -> (organisation, staff, stored)) <$> one rows)

findSession :: Database -> ByteString -> IO (Maybe (Id "organisation", Id "staff", [Grant]))
findSession database tokenHash = do
  rows <- readAnywhere database "select * from find_session(?)" [Binary tokenHash]
  pure ((\(organisation, staff, PGArray grants) -> (organisation, staff, concatMap grantOf grants)) <$> one rows)

-- | @role@ or @role\@location@.
grantOf :: Text -> [Grant]
grantOf text =
  [ Grant {role, locationId = Id <$> UUID.fromText (Text.drop 1 place)}
    | Just role <- [lookup name [(enumText known, known) | known <- [minBound :: Role ..]]],
      Text.null place || isJust (UUID.fromText (Text.drop 1 place))
  ]
  where
    (name, place) = Text.breakOn "@" text

addSession :: Connection -> ByteString -> Id "staff" -> UTCTime -> IO ()
addSession connection tokenHash staff expires =
  void (execute connection "insert into staff_session (token_hash, staff, expires_at) values (?, ?, ?)" (Binary tokenHash, staff, expires))

removeSession :: Connection -> ByteString -> IO ()
removeSession connection tokenHash = void (execute connection "delete from staff_session where token_hash = ?" [Binary tokenHash])

findMember :: Connection -> Id "staff" -> IO (Maybe StaffMember)
findMember connection staff = do
  rows <- query connection "select id, email, name from staff where id = ?" [staff]
  grants <- query connection "select role, location from staff_grant where staff = ? order by role, location" [staff]
  pure ((\(staffId, email, name) -> StaffMember {..}) <$> one rows)

listStaff :: Connection -> IO [StaffMember]
listStaff connection = do
  rows <- query_ connection "select id, email, name from staff where not exists (select from api_token where api_token.id = staff.id) order by name, id limit 1000"
  granted <- query_ connection "select staff, role, location from staff_grant order by role, location"
  let grantsOf = Map.fromListWith (flip (<>)) [(staff, [Grant {..}]) | (staff, role, locationId) <- granted]
  pure [StaffMember {staffId, email, name, grants = Map.findWithDefault [] staffId grantsOf} | (staffId, email, name) <- rows]

addStaff :: Connection -> StaffMember -> ByteString -> Maybe ByteString -> IO ()
addStaff connection StaffMember {..} passwordHash pinHash = do
  void $
    execute
      connection
      "insert into staff (id, email, name, password_hash, pin_hash) values (?, lower(?), ?, ?, ?)"
      (staffId, email, name, Binary passwordHash, Binary <$> pinHash)
  void $
    executeMany
      connection
      "insert into staff_grant (staff, role, location) values (?, ?, ?)"
      [(staffId, role, locationId) | Grant {..} <- grants]

findOrganisation :: Connection -> IO Organisation
findOrganisation connection =
  justOne =<< query_ connection "select id, name, currency, tax_mode, tax_rounding, cash_step from organisation"

data PinOnFile = PinOnFile {pinHash :: Maybe ByteString, failures :: Int, lockedUntil :: Maybe UTCTime}

-- | Locked, so that guesses cannot be made side by side.
lockPin :: Connection -> Id "staff" -> IO (Maybe PinOnFile)
lockPin connection staff = do
  rows <- query connection "select pin_hash, pin_failures, pin_locked_until from staff where id = ? for update" [staff]
  pure ((\(pinHash, failures, lockedUntil) -> PinOnFile {pinHash = fromBinary <$> pinHash, ..}) <$> one rows)

notePinFailure :: Connection -> Id "staff" -> Maybe UTCTime -> IO ()
notePinFailure connection staff lockedUntil =
  void $
    execute
      connection
      "update staff set pin_failures = case when ?::timestamptz is null then pin_failures + 1 else 0 end, pin_locked_until = ? where id = ?"
      (lockedUntil, lockedUntil, staff)

forgetPinFailures :: Connection -> Id "staff" -> IO ()
forgetPinFailures connection staff =
  void (execute connection "update staff set pin_failures = 0, pin_locked_until = null where id = ?" [staff])

listAudit :: Database -> Id "organisation" -> Maybe Int -> Int -> IO [AuditEntry]
listAudit database organisation after limit =
  readTenant
    database
    organisation
    "select id, staff, action, detail, at from audit where ?::bigint is null or id < ? order by id desc limit ?"
    (after, after, limit)
